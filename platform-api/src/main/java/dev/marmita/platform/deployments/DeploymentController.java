package dev.marmita.platform.deployments;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.deployments.DeploymentResponses.DeploymentResponse;
import dev.marmita.platform.postgres.GatewayAgreement;
import dev.marmita.platform.tenants.TenantDirectory;
import dev.marmita.platform.web.EntityTag;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.PageRequest;
import dev.marmita.platform.web.PageResponse;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Deployment;
import dev.marmita.scheduler.Deployments;
import dev.marmita.scheduler.spec.DeploymentSpec;
import java.net.URI;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** A tenant's deployments over REST. */
@RestController
@RequestMapping("/api/v1/tenants/{tenant}/deployments")
class DeploymentController {

    private final Deployments deployments;
    private final TenantDirectory tenants;
    private final SpecBodies specs;
    private final EndpointUrls urls;
    private final GatewayAgreement gateways;
    private final SchedulerSignals scheduler;

    DeploymentController(
            Deployments deployments,
            TenantDirectory tenants,
            SpecBodies specs,
            EndpointUrls urls,
            GatewayAgreement gateways,
            SchedulerSignals scheduler) {
        this.deployments = deployments;
        this.tenants = tenants;
        this.specs = specs;
        this.urls = urls;
        this.gateways = gateways;
        this.scheduler = scheduler;
    }

    @GetMapping
    @Requires(Permission.READ)
    PageResponse<DeploymentResponse> list(
            @PathVariable TenantId tenant, PageRequest page, Caller caller) {
        tenants.require(tenant);
        var found =
                deployments.list(
                        tenant, page.size(), java.util.Optional.ofNullable(page.pageToken()));
        return new PageResponse<>(
                found.items().stream()
                        .filter(
                                deployment ->
                                        caller.sees(tenant, deployment.endpoint().deployment()))
                        .map(deployment -> DeploymentResponse.of(deployment, urls))
                        .toList(),
                found.nextPageToken().orElse(null));
    }

    @GetMapping("/{deployment}")
    @Requires(Permission.READ)
    ResponseEntity<DeploymentResponse> get(
            @PathVariable TenantId tenant, @PathVariable DeploymentName deployment) {
        tenants.require(tenant);
        var endpoint = new EndpointId(tenant, deployment);
        return answer(
                HttpStatus.OK,
                deployments
                        .get(endpoint)
                        .orElseThrow(
                                () ->
                                        ProblemException.of(
                                                ErrorCode.NOT_FOUND,
                                                "There is no deployment '" + endpoint + "'")));
    }

    /** {@code If-None-Match: *}: only where it does not exist. The endpoint can be called at once. */
    @PutMapping(
            path = "/{deployment}",
            consumes = {
                MediaType.APPLICATION_JSON_VALUE,
                MediaType.APPLICATION_YAML_VALUE,
                "application/x-yaml",
                "text/yaml"
            })
    @Requires(Permission.DEPLOY)
    ResponseEntity<DeploymentResponse> put(
            @PathVariable TenantId tenant,
            @PathVariable DeploymentName deployment,
            @RequestParam(defaultValue = "false") boolean dryRun,
            @RequestHeader(HttpHeaders.CONTENT_TYPE) MediaType type,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestHeader(name = HttpHeaders.IF_NONE_MATCH, required = false)
                    @Nullable String ifNoneMatch,
            @RequestBody byte[] body,
            Caller caller) {
        tenants.require(tenant);
        DeploymentSpec spec = specs.parse(type, body);
        OptionalLong expected =
                "*".equals(ifNoneMatch) ? OptionalLong.of(0) : EntityTag.expected(ifMatch);
        EndpointId endpoint = new EndpointId(tenant, deployment);
        Deployments.PutResult result =
                deployments.put(
                        endpoint,
                        spec,
                        new Deployments.PutOptions(expected, dryRun, caller.label()));
        if (result.changed() && !dryRun) {
            scheduler.changed(endpoint);
        }
        if (result.created() && !dryRun) {
            gateways.await(endpoint);
        }
        return answer(
                result.created() && !dryRun ? HttpStatus.CREATED : HttpStatus.OK,
                result.deployment());
    }

    /** It is out of service at once; its replicas finish what they accepted. */
    @DeleteMapping("/{deployment}")
    @ResponseStatus(HttpStatus.ACCEPTED)
    @Requires(Permission.DEPLOY)
    void delete(
            @PathVariable TenantId tenant,
            @PathVariable DeploymentName deployment,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false)
                    @Nullable String ifMatch) {
        tenants.require(tenant);
        var endpoint = new EndpointId(tenant, deployment);
        deployments.delete(endpoint, EntityTag.expected(ifMatch));
        scheduler.changed(endpoint);
    }

    private ResponseEntity<DeploymentResponse> answer(HttpStatus status, Deployment deployment) {
        return ResponseEntity.status(status)
                .location(
                        URI.create(
                                "/api/v1/tenants/"
                                        + deployment.endpoint().tenant()
                                        + "/deployments/"
                                        + deployment.endpoint().deployment()))
                .eTag(EntityTag.of(deployment.generation()))
                .body(DeploymentResponse.of(deployment, urls));
    }
}
