package dev.marmita.registry;

import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * A content on its way in.
 *
 * @param size bytes that it will have
 * @param offset bytes that are safe already: where to go on
 * @param expiresAt when it is given up unless something is written
 */
public record Upload(
        UUID id, Digest digest, long size, long offset, State state, Instant expiresAt) {

    public Upload {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(state, "state");
    }

    /** How far an upload is. */
    public enum State {
        OPEN,
        /** Size and digest were verified: the content can be published. */
        COMPLETE
    }
}
