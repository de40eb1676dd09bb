package dev.marmita.gateway.jwt;

import dev.marmita.routing.GroupName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were checked, by their SHA-256 and until they expire; bounded in count and memory. It belongs to one
 * set of keys: other keys, another cache. Thread-safe.
 */
final class TokenCache {

    /** SHA-256 of a token: the token itself is not kept. */
    record Hash(long a, long b, long c, long d) {

        static Hash of(String token) {
            try {
                ByteBuffer digest =
                        ByteBuffer.wrap(
                                MessageDigest.getInstance("SHA-256")
                                        .digest(token.getBytes(StandardCharsets.UTF_8)));
                return new Hash(
                        digest.getLong(), digest.getLong(), digest.getLong(), digest.getLong());
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }

        @Override
        public int hashCode() {
            return Long.hashCode(a);
        }
    }

    private record Entry(Verification.Accepted accepted, Instant until, long weight) {}

    static final int MOST = 20_000;

    private static final long HEAVIEST = 32L << 20;
    private static final long ENTRY_WEIGHT = 300;

    private final ConcurrentMap<Hash, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicLong weight = new AtomicLong();

    /** Null: not known, or expired since. */
    Verification.@Nullable Accepted get(Hash hash, Instant now) {
        Entry entry = entries.get(hash);
        return entry != null && now.isBefore(entry.until()) ? entry.accepted() : null;
    }

    void put(Hash hash, Verification.Accepted accepted, Instant until, Instant now) {
        if (entries.size() >= MOST || weight.get() >= HEAVIEST) {
            makeRoom(now);
        }
        long size = ENTRY_WEIGHT;
        for (GroupName group : accepted.member().groups()) {
            size += 100 + group.value().length();
        }
        Entry before = entries.put(hash, new Entry(accepted, until, size));
        weight.addAndGet(size - (before == null ? 0 : before.weight()));
    }

    private void makeRoom(Instant now) {
        entries.forEach(
                (hash, entry) -> {
                    if (!now.isBefore(entry.until())) {
                        remove(hash, entry);
                    }
                });
        if (entries.size() >= MOST || weight.get() >= HEAVIEST) {
            // All are in use: to check some again costs less than to know which.
            entries.forEach(this::remove);
        }
    }

    private void remove(Hash hash, Entry entry) {
        if (entries.remove(hash, entry)) {
            weight.addAndGet(-entry.weight());
        }
    }

    int size() {
        return entries.size();
    }
}
