package dev.marmita.platform.tenants;

import java.util.Set;
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
 */
public record Plan(
        Set<String> modes,
        Set<String> nodePools,
        int maxDeployments,
        int maxReplicas,
        double maxCpu,
        DataSize maxMemory) {

    public Plan {
        modes = Set.copyOf(modes);
        nodePools = Set.copyOf(nodePools);
        if (maxDeployments < 0 || maxReplicas < 1 || !(maxCpu > 0) || maxMemory.toBytes() < 1) {
            throw new IllegalArgumentException("the bounds of a plan must be positive");
        }
    }
}
