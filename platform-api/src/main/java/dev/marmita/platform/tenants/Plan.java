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
 * @param prices what use costs; null: nothing is said about it
 */
public record Plan(
        Set<String> modes,
        Set<String> nodePools,
        int maxDeployments,
        int maxReplicas,
        double maxCpu,
        DataSize maxMemory,
        @Nullable Prices prices) {

    public Plan {
        modes = Set.copyOf(modes);
        nodePools = Set.copyOf(nodePools);
        if (maxDeployments < 0 || maxReplicas < 1 || !(maxCpu > 0) || maxMemory.toBytes() < 1) {
            throw new IllegalArgumentException("the bounds of a plan must be positive");
        }
    }
}
