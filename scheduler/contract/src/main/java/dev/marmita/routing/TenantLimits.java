package dev.marmita.routing;

import java.util.Objects;

/**
 * What a tenant may ask of each gateway, over all of its endpoints.
 *
 * @param requestsPerSecond sustained; 0: as many as it likes
 * @param burst requests that may come at once after a quiet time, 1 or more
 * @param concurrent requests that may be on their way at once; 0: as many as it likes
 */
public record TenantLimits(TenantId tenant, double requestsPerSecond, int burst, int concurrent) {

    public TenantLimits {
        Objects.requireNonNull(tenant, "tenant");
        if (!(requestsPerSecond >= 0) || requestsPerSecond > 1e9 || burst < 1 || concurrent < 0) {
            throw new IllegalArgumentException(
                    "requestsPerSecond "
                            + requestsPerSecond
                            + ", burst "
                            + burst
                            + ", concurrent "
                            + concurrent);
        }
    }
}
