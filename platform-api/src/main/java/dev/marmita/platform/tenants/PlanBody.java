package dev.marmita.platform.tenants;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.marmita.platform.web.ProblemException;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * A plan on the wire and in its row.
 *
 * @param maxMemory of one replica, like {@code 4GB}
 * @param maxBody of one request, like {@code 64MB}; absent: as large as a specification may say
 * @param maxTokens live ones; absent: as many as the platform allows
 * @param requestsPerSecond sustained, in each gateway; absent: as many as it likes
 * @param burst that may come at once; absent: one second's worth
 * @param concurrentRequests in each gateway; absent: as many as it likes
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PlanBody(
        @NotEmpty Set<String> modes,
        @NotEmpty Set<String> nodePools,
        @NotNull Integer maxDeployments,
        @NotNull Integer maxReplicas,
        @NotNull Double maxCpu,
        @NotNull String maxMemory,
        @Nullable String maxBody,
        @Nullable Integer maxTokens,
        @Nullable Double requestsPerSecond,
        @Nullable Integer burst,
        @Nullable Integer concurrentRequests,
        @Nullable Prices prices) {

    public static PlanBody of(Plan plan) {
        return new PlanBody(
                new TreeSet<>(plan.modes()),
                new TreeSet<>(plan.nodePools()),
                plan.maxDeployments(),
                plan.maxReplicas(),
                plan.maxCpu(),
                text(plan.maxMemory()),
                plan.maxBody() == null ? null : text(plan.maxBody()),
                plan.maxTokens(),
                plan.requestsPerSecond(),
                plan.burst(),
                plan.concurrentRequests(),
                plan.prices());
    }

    /**
     * @throws ProblemException where a value is out of bounds
     */
    Plan plan() {
        try {
            return new Plan(
                    modes,
                    nodePools,
                    maxDeployments,
                    maxReplicas,
                    maxCpu,
                    DataSize.parse(maxMemory),
                    maxBody == null ? null : DataSize.parse(maxBody),
                    maxTokens,
                    requestsPerSecond,
                    burst,
                    concurrentRequests,
                    prices);
        } catch (IllegalArgumentException wrong) {
            throw ProblemException.field("", String.valueOf(wrong.getMessage()));
        }
    }

    private static String text(DataSize size) {
        return size.toBytes() % (1L << 30) == 0
                ? size.toGigabytes() + "GB"
                : size.toBytes() % (1L << 20) == 0
                        ? size.toMegabytes() + "MB"
                        : size.toBytes() + "B";
    }
}
