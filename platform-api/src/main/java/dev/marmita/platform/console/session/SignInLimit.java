package dev.marmita.platform.console.session;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Component;

/** Bounds how often somebody may try to sign in in vain. Thread-safe; memory is bounded. */
@Component
public final class SignInLimit {

    static final int FAILURES_PER_ADDRESS = 10;
    static final int FAILURES_OF_ALL = 200;
    static final Duration WINDOW = Duration.ofMinutes(1);

    private static final int MOST_ADDRESSES = 10_000;
    private static final String ALL = "";

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Failures> failures =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
                    return size() > MOST_ADDRESSES;
                }
            };

    SignInLimit(InstantSource clock) {
        this.clock = clock;
    }

    private record Failures(Instant since, int count) {}

    /** How long this address has to wait; empty where it may try. */
    public Optional<Duration> wait(String address) {
        Instant now = clock.instant();
        lock.lock();
        try {
            return left(address, FAILURES_PER_ADDRESS, now)
                    .or(() -> left(ALL, FAILURES_OF_ALL, now));
        } finally {
            lock.unlock();
        }
    }

    public void failed(String address) {
        Instant now = clock.instant();
        lock.lock();
        try {
            count(address, now);
            count(ALL, now);
        } finally {
            lock.unlock();
        }
    }

    private Optional<Duration> left(String key, int limit, Instant now) {
        Failures known = failures.get(key);
        if (known == null || known.count() < limit || over(known, now)) {
            return Optional.empty();
        }
        return Optional.of(Duration.between(now, known.since().plus(WINDOW)));
    }

    private void count(String key, Instant now) {
        Failures known = failures.remove(key);
        failures.put(
                key,
                known == null || over(known, now)
                        ? new Failures(now, 1)
                        : new Failures(known.since(), known.count() + 1));
    }

    private static boolean over(Failures known, Instant now) {
        return !now.isBefore(known.since().plus(WINDOW));
    }
}
