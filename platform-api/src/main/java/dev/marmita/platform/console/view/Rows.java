package dev.marmita.platform.console.view;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lines of lists and tables. */
public final class Rows {

    private Rows() {}

    /**
     * A deployment in a list.
     *
     * @param service reference in the specification
     * @param message what the condition Ready says
     */
    public record DeploymentRow(
            String tenant,
            String name,
            String phase,
            String service,
            String mode,
            int readyReplicas,
            int maxReplicas,
            boolean deleting,
            String reason,
            String message,
            Instant updatedAt) {
        public String path() {
            return "/console/tenants/" + tenant + "/deployments/" + name;
        }
    }

    /** A part of a list; {@code next} is where the rest begins, empty at the end. */
    public record Listed<T>(List<T> items, Optional<String> next) {
        public Listed {
            items = List.copyOf(items);
        }
    }

    public record EventRow(
            String tenant, String deployment, Instant at, String reason, String message) {}

    public record TenantRow(
            String name,
            String displayName,
            String plan,
            boolean deleting,
            Instant createdAt,
            int deployments,
            int readyReplicas) {}

    public record TokenRow(
            String id,
            String name,
            List<String> scopes,
            List<String> deployments,
            Instant createdAt,
            String createdBy,
            Optional<Instant> expiresAt,
            Optional<Instant> lastUsedAt) {}

    /** Deployments by phase, and what else the overview counts. */
    public record Totals(
            Map<String, Integer> phases, int tenants, int models, int services, int replicas) {
        public int of(String... names) {
            int sum = 0;
            for (String name : names) {
                sum += phases.getOrDefault(name, 0);
            }
            return sum;
        }

        public int deployments() {
            return phases.values().stream().mapToInt(Integer::intValue).sum();
        }
    }
}
