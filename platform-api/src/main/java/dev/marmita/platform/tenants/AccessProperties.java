package dev.marmita.platform.tenants;

import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code marmita.access.*}.
 *
 * @param plans by name
 * @param maxTokensPerTenant live ones; what gateways keep in memory is bounded by it
 */
@ConfigurationProperties("marmita.access")
public record AccessProperties(
        Map<String, Plan> plans, @DefaultValue("1000") int maxTokensPerTenant) {

    public AccessProperties {
        plans = Map.copyOf(plans);
    }
}
