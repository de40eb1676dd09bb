package dev.marmita.platform.identity;

import dev.marmita.gateway.jwt.GroupNames;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.GroupName;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Deployment;
import dev.marmita.scheduler.Deployments;
import dev.marmita.scheduler.Page;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads what tenants declared. */
final class DeclaredAccess implements AccessNeeds {

    private static final int PAGE = 500;

    private final JdbcClient database;
    private final Deployments deployments;

    DeclaredAccess(JdbcClient database, Deployments deployments) {
        this.database = database;
        this.deployments = deployments;
    }

    @Override
    public Map<EndpointId, Set<String>> current() {
        Map<EndpointId, Set<String>> needs = new HashMap<>();
        for (String tenant :
                database.sql("select name from tenant where state = 'active'")
                        .query(String.class)
                        .list()) {
            Optional<String> next = Optional.empty();
            do {
                Page<Deployment> page = deployments.list(new TenantId(tenant), PAGE, next);
                page.items().forEach(deployment -> add(needs, deployment));
                next = page.nextPageToken();
            } while (next.isPresent());
        }
        return needs;
    }

    private static void add(Map<EndpointId, Set<String>> needs, Deployment deployment) {
        Set<String> groups =
                deployment.spec().access().groups().stream()
                        .map(GroupName::value)
                        .map(GroupNames::normal)
                        .filter(group -> group.startsWith("/"))
                        .collect(Collectors.toSet());
        if (!deployment.deleting() && !groups.isEmpty()) {
            needs.put(deployment.endpoint(), groups);
        }
    }
}
