package dev.marmita.platform.deployments;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.deployments.DeploymentResponses.ChangeResponse;
import dev.marmita.platform.deployments.DeploymentResponses.DeploymentResponse;
import dev.marmita.platform.deployments.DeploymentResponses.RevisionResponse;
import dev.marmita.platform.tenants.TenantDirectory;
import dev.marmita.platform.web.EntityTag;
import dev.marmita.platform.web.PageRequest;
import dev.marmita.platform.web.PageResponse;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Deployment;
import dev.marmita.scheduler.Deployments;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Positive;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The history of a deployment over REST. */
@RestController
@RequestMapping("/api/v1/tenants/{tenant}/deployments/{deployment}")
class RevisionController {

    private final Deployments deployments;
    private final TenantDirectory tenants;
    private final EndpointUrls urls;
    private final SchedulerSignals scheduler;

    RevisionController(
            Deployments deployments,
            TenantDirectory tenants,
            EndpointUrls urls,
            SchedulerSignals scheduler) {
        this.deployments = deployments;
        this.tenants = tenants;
        this.urls = urls;
        this.scheduler = scheduler;
    }

    record RollbackRequest(@NotNull @Positive Long revision) {}

    @GetMapping("/revisions")
    @Requires(Permission.READ)
    PageResponse<RevisionResponse> list(
            @PathVariable TenantId tenant,
            @PathVariable DeploymentName deployment,
            PageRequest page) {
        var found =
                deployments.revisions(
                        endpoint(tenant, deployment),
                        page.size(),
                        Optional.ofNullable(page.pageToken()));
        return new PageResponse<>(
                found.items().stream().map(RevisionResponse::of).toList(),
                found.nextPageToken().orElse(null));
    }

    @GetMapping("/revisions/{revision}")
    @Requires(Permission.READ)
    RevisionResponse get(
            @PathVariable TenantId tenant,
            @PathVariable DeploymentName deployment,
            @PathVariable long revision) {
        return RevisionResponse.of(deployments.revision(endpoint(tenant, deployment), revision));
    }

    /** What the revision {@code to} has that {@code revision} has not. */
    @GetMapping("/revisions/{revision}/diff")
    @Requires(Permission.READ)
    PageResponse<ChangeResponse> diff(
            @PathVariable TenantId tenant,
            @PathVariable DeploymentName deployment,
            @PathVariable long revision,
            @RequestParam long to) {
        return new PageResponse<>(
                deployments.diff(endpoint(tenant, deployment), revision, to).stream()
                        .map(ChangeResponse::of)
                        .toList(),
                null);
    }

    @PostMapping("/rollback")
    @Requires(Permission.DEPLOY)
    ResponseEntity<DeploymentResponse> rollback(
            @PathVariable TenantId tenant,
            @PathVariable DeploymentName deployment,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @Valid @RequestBody RollbackRequest request,
            Caller caller) {
        Deployment rolledBack =
                deployments.rollback(
                        endpoint(tenant, deployment),
                        request.revision(),
                        EntityTag.expected(ifMatch),
                        caller.label());
        scheduler.changed(rolledBack.endpoint());
        return ResponseEntity.ok()
                .eTag(EntityTag.of(rolledBack.generation()))
                .body(DeploymentResponse.of(rolledBack, urls));
    }

    private EndpointId endpoint(TenantId tenant, DeploymentName deployment) {
        tenants.require(tenant);
        return new EndpointId(tenant, deployment);
    }
}
