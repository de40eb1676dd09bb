package dev.marmita.platform.identity;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Condition;
import dev.marmita.scheduler.Deployment;
import dev.marmita.scheduler.DeploymentStatus;
import dev.marmita.scheduler.Deployments;
import dev.marmita.scheduler.Event;
import dev.marmita.scheduler.Page;
import dev.marmita.scheduler.Replica;
import dev.marmita.scheduler.Revision;
import dev.marmita.scheduler.compute.ReplicaLog;
import dev.marmita.scheduler.spec.DeploymentSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Deployments with the condition that tells how far their access has come in realms. */
final class ProvisionedDeployments implements Deployments {

    private final Deployments all;
    private final ProvisioningStore store;

    ProvisionedDeployments(Deployments all, ProvisioningStore store) {
        this.all = all;
        this.store = store;
    }

    @Override
    public PutResult put(EndpointId endpoint, DeploymentSpec spec, PutOptions options) {
        return all.put(endpoint, spec, options);
    }

    @Override
    public Optional<Deployment> get(EndpointId endpoint) {
        return all.get(endpoint)
                .map(deployment -> with(deployment, conditions(endpoint.tenant()).get(endpoint)));
    }

    @Override
    public Page<Deployment> list(TenantId tenant, int pageSize, Optional<String> pageToken) {
        Map<EndpointId, Condition> conditions = conditions(tenant);
        Page<Deployment> page = all.list(tenant, pageSize, pageToken);
        return new Page<>(
                page.items().stream()
                        .map(deployment -> with(deployment, conditions.get(deployment.endpoint())))
                        .toList(),
                page.nextPageToken());
    }

    @Override
    public void delete(EndpointId endpoint, OptionalLong ifMatch) {
        all.delete(endpoint, ifMatch);
    }

    @Override
    public void deleteAll(TenantId tenant) {
        all.deleteAll(tenant);
    }

    @Override
    public Page<Revision> revisions(EndpointId endpoint, int pageSize, Optional<String> pageToken) {
        return all.revisions(endpoint, pageSize, pageToken);
    }

    @Override
    public Revision revision(EndpointId endpoint, long number) {
        return all.revision(endpoint, number);
    }

    @Override
    public List<Revision.Change> diff(EndpointId endpoint, long from, long to) {
        return all.diff(endpoint, from, to);
    }

    @Override
    public Deployment rollback(
            EndpointId endpoint, long revision, OptionalLong ifMatch, String actor) {
        return all.rollback(endpoint, revision, ifMatch, actor);
    }

    @Override
    public DeploymentStatus status(EndpointId endpoint) {
        return with(all.status(endpoint), conditions(endpoint.tenant()).get(endpoint));
    }

    @Override
    public List<Replica> replicas(EndpointId endpoint) {
        return all.replicas(endpoint);
    }

    @Override
    public List<ReplicaLog> logs(EndpointId endpoint, Optional<String> replica, int lines) {
        return all.logs(endpoint, replica, lines);
    }

    @Override
    public List<Event> events(EndpointId endpoint) {
        return all.events(endpoint);
    }

    private Map<EndpointId, Condition> conditions(TenantId tenant) {
        return store.of(tenant).stream()
                .collect(
                        Collectors.toMap(
                                ProvisioningStore.Row::endpoint,
                                row ->
                                        new Condition(
                                                Condition.Type.ACCESS_PROVISIONED,
                                                row.finding().done(),
                                                row.finding().reason(),
                                                row.finding().message(),
                                                row.since())));
    }

    private static Deployment with(Deployment deployment, @Nullable Condition condition) {
        return new Deployment(
                deployment.endpoint(),
                deployment.generation(),
                deployment.spec(),
                deployment.revision(),
                deployment.deleting(),
                deployment.createdAt(),
                deployment.updatedAt(),
                with(deployment.status(), condition));
    }

    private static DeploymentStatus with(DeploymentStatus status, @Nullable Condition condition) {
        return condition == null
                ? status
                : new DeploymentStatus(
                        status.phase(),
                        status.observedGeneration(),
                        status.servingRevision(),
                        status.readyReplicas(),
                        Stream.concat(status.conditions().stream(), Stream.of(condition)).toList(),
                        status.replicas());
    }
}
