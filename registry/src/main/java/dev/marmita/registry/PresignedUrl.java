package dev.marmita.registry;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;

/**
 * A request that whoever has it may send directly to the object store.
 *
 * @param headers to be sent exactly so
 */
public record PresignedUrl(URI url, String method, Map<String, String> headers, Instant expiresAt) {
    public PresignedUrl {
        Objects.requireNonNull(url, "url");
        Objects.requireNonNull(method, "method");
        headers = Map.copyOf(headers);
    }
}
