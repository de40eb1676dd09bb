package dev.marmita.platform.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marmita.platform.audit.AuditTrail.Event;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Follows the chain link by link. Not thread-safe. */
final class ChainCheck {

    /** A place in the chain and its hash. */
    record Anchor(long seq, String hash) {}

    /**
     * What came out.
     *
     * @param events that were checked
     * @param hash of the last one that is sound
     * @param problem in plain words; null: the chain is whole
     */
    record Verdict(long events, long seq, String hash, @Nullable String problem) {}

    private final Optional<Anchor> anchor;
    private long events;
    private long seq;
    private String hash = AuditTrail.BEGINNING;
    private @Nullable String problem;

    ChainCheck(Optional<Anchor> anchor) {
        this.anchor = anchor;
    }

    long seq() {
        return seq;
    }

    boolean sound() {
        return problem == null;
    }

    void next(Event event) {
        if (problem != null) {
            return;
        }
        if (event.seq() != seq + 1) {
            problem = "event " + (seq + 1) + " is missing";
            return;
        }
        if (!hash(event.seq(), hash, event.body()).equals(event.hash())) {
            problem = "event " + event.seq() + " is not what was written, or not in its place";
            return;
        }
        events++;
        seq = event.seq();
        hash = event.hash();
        if (anchor.isPresent() && anchor.get().seq() == seq && !anchor.get().hash().equals(hash)) {
            problem = "event " + seq + " is sound, but another one than was written down";
        }
    }

    /**
     * @param end as the platform remembers it
     */
    Verdict end(Anchor end) {
        if (problem == null && seq < end.seq()) {
            problem = "the chain ends at " + seq + ", before " + end.seq();
        } else if (problem == null && anchor.isPresent() && anchor.get().seq() > seq) {
            problem = "the chain ends at " + seq + ", before " + anchor.get().seq();
        } else if (problem == null && seq == end.seq() && !hash.equals(end.hash())) {
            problem = "the end of the chain is another one";
        }
        return new Verdict(events, seq, hash, problem);
    }

    static String hash(long seq, String before, String body) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of()
                    .formatHex(digest.digest((seq + " " + before + " " + body).getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
