package dev.marmita.platform.deployments;

import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.deployments.DeploymentResponses.EventResponse;
import dev.marmita.platform.deployments.DeploymentResponses.ReplicaResponse;
import dev.marmita.platform.tenants.TenantDirectory;
import dev.marmita.platform.web.PageResponse;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Deployments;
import dev.marmita.scheduler.compute.ReplicaLog;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What runs for a deployment, over REST. */
@RestController
@RequestMapping("/api/v1/tenants/{tenant}/deployments/{deployment}")
class ReplicaController {

    private static final int MOST_LINES = 10_000;

    private final Deployments deployments;
    private final TenantDirectory tenants;

    ReplicaController(Deployments deployments, TenantDirectory tenants) {
        this.deployments = deployments;
        this.tenants = tenants;
    }

    @GetMapping("/replicas")
    @Requires(Permission.READ)
    PageResponse<ReplicaResponse> replicas(
            @PathVariable TenantId tenant, @PathVariable DeploymentName deployment) {
        return new PageResponse<>(
                deployments.replicas(endpoint(tenant, deployment)).stream()
                        .map(ReplicaResponse::of)
                        .toList(),
                null);
    }

    @GetMapping("/events")
    @Requires(Permission.READ)
    PageResponse<EventResponse> events(
            @PathVariable TenantId tenant, @PathVariable DeploymentName deployment) {
        return new PageResponse<>(
                deployments.events(endpoint(tenant, deployment)).stream()
                        .map(EventResponse::of)
                        .toList(),
                null);
    }

    /** The last lines of each replica's output; several replicas are told apart by a heading. */
    @GetMapping(path = "/logs", produces = MediaType.TEXT_PLAIN_VALUE + ";charset=UTF-8")
    @Requires(Permission.READ)
    String logs(
            @PathVariable TenantId tenant,
            @PathVariable DeploymentName deployment,
            @RequestParam(required = false) @Nullable String replica,
            @RequestParam(defaultValue = "200") int tail) {
        if (tail < 1 || tail > MOST_LINES) {
            throw ProblemException.field("tail", "must be 1 to " + MOST_LINES);
        }
        List<ReplicaLog> logs =
                deployments.logs(
                        endpoint(tenant, deployment),
                        Optional.ofNullable(replica).filter(id -> !id.isEmpty()),
                        tail);
        var text = new StringBuilder();
        for (ReplicaLog log : logs) {
            if (logs.size() > 1) {
                text.append("==> ").append(log.replica()).append(" <==\n");
            }
            log.lines().forEach(line -> text.append(line).append('\n'));
        }
        return text.toString();
    }

    private EndpointId endpoint(TenantId tenant, DeploymentName deployment) {
        tenants.require(tenant);
        return new EndpointId(tenant, deployment);
    }
}
