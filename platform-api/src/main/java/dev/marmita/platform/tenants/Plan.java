package dev.marmita.platform.tenants;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * What a tenant may use.
 *
 * @param modes of {@code online} and {@code on-demand}
 * @param nodePools where its replicas may run
 * @param maxDeployments of the tenant
 * @param maxReplicas of one deployment
 * @param maxCpu cores of one replica
 * @param maxMemory of one replica; {@code 4GB} is 4 GiB
 * @param maxBody of one request; null: as large as a specification may say
 * @param maxTokens live ones; null: as many as the platform allows
 * @param requestsPerSecond sustained, over all endpoints, in each gateway; null: as many as it likes
 * @param burst requests that may come at once after a quiet time; null: one second's worth
 * @param concurrentRequests on their way at once, in each gateway; null: as many as it likes
 * @param prices what use costs; null: nothing is said about it
 */
public record Plan(
        Set<String> modes,
        Set<String> nodePools,
        int maxDeployments,
        int maxReplicas,
        double maxCpu,
        DataSize maxMemory,
        @Nullable DataSize maxBody,
        @Nullable Integer maxTokens,
        @Nullable Double requestsPerSecond,
        @Nullable Integer burst,
        @Nullable Integer concurrentRequests,
        @Nullable Prices prices) {

    public Plan {
        modes = Set.copyOf(modes);
        nodePools = Set.copyOf(nodePools);
        if (maxDeployments < 0
                || maxReplicas < 1
                || !(maxCpu > 0)
                || maxMemory.toBytes() < 1
                || (maxBody != null && maxBody.toBytes() < 1)
                || (maxTokens != null && maxTokens < 1)
                || (requestsPerSecond != null && !(requestsPerSecond > 0))
                || (burst != null && burst < 1)
                || (concurrentRequests != null && concurrentRequests < 1)) {
            throw new IllegalArgumentException("the bounds of a plan must be positive");
        }
        if (!Set.of("online", "on-demand").containsAll(modes)) {
            throw new IllegalArgumentException("the modes of a plan are online and on-demand");
        }
    }
}
