package dev.marmita.platform.artifacts;

import dev.marmita.registry.PresignedUrl;
import java.net.URI;
import java.time.Instant;
import java.util.Map;

/**
 * A request that goes directly to the object store.
 *
 * @param headers to be sent exactly so
 */
record PresignedResponse(URI url, String method, Map<String, String> headers, Instant expiresAt) {
    static PresignedResponse of(PresignedUrl presigned) {
        return new PresignedResponse(
                presigned.url(), presigned.method(), presigned.headers(), presigned.expiresAt());
    }
}
