package dev.marmita.routing;

import java.util.Objects;

/**
 * What one gateway sees of one endpoint right now.
 *
 * @param inFlight requests at replicas
 * @param queued requests that wait for a replica
 * @param lastRequestAgoMillis time since the last request began; {@link Long#MAX_VALUE}: none seen
 */
public record Load(EndpointId endpoint, int inFlight, int queued, long lastRequestAgoMillis) {

    public Load {
        Objects.requireNonNull(endpoint, "endpoint");
        if (inFlight < 0 || queued < 0 || lastRequestAgoMillis < 0) {
            throw new IllegalArgumentException("load must not be negative");
        }
    }
}
