package dev.marmita.scheduler.jpa;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Deployment;
import dev.marmita.scheduler.DeploymentStatus;
import dev.marmita.scheduler.DeploymentStore;
import dev.marmita.scheduler.Event;
import dev.marmita.scheduler.LeaseLostException;
import dev.marmita.scheduler.Revision;
import dev.marmita.scheduler.SecretUse;
import dev.marmita.scheduler.spec.DeploymentSpec;
import dev.marmita.scheduler.spec.SpecJson;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.data.domain.Limit;
import org.springframework.transaction.support.TransactionTemplate;

/** Deployments as rows. Changes are single compare-and-swap statements. */
final class JpaDeploymentStore implements DeploymentStore {

    /** So many revisions are kept for a way back. */
    private static final int REVISIONS = 200;

    /** Spring Data's. */
    record Repositories(
            DeploymentRepository deployments,
            RevisionRepository revisions,
            StatusRepositories.Conditions conditions,
            StatusRepositories.Replicas replicas,
            StatusRepositories.Events events) {}

    private final DeploymentRepository deployments;
    private final RevisionRepository revisions;
    private final StatusRows status;
    private final LeaseRepository lease;
    private final TransactionTemplate transactions;

    JpaDeploymentStore(
            Repositories repositories, LeaseRepository lease, TransactionTemplate transactions) {
        this.deployments = repositories.deployments();
        this.revisions = repositories.revisions();
        this.status = new StatusRows(repositories);
        this.lease = lease;
        this.transactions = transactions;
    }

    @Override
    public Optional<Row> find(EndpointId endpoint) {
        return read(
                () ->
                        deployments
                                .findById(DeploymentKey.of(endpoint))
                                .map(
                                        d ->
                                                new Row(
                                                        endpoint,
                                                        d.generation,
                                                        SpecJson.read(d.spec),
                                                        d.revision,
                                                        d.serving,
                                                        d.failedRevision,
                                                        d.deleting,
                                                        d.unresolved)));
    }

    @Override
    public Optional<Deployment> get(EndpointId endpoint) {
        return read(
                () ->
                        status
                                .read(
                                        deployments.findById(DeploymentKey.of(endpoint)).stream()
                                                .toList())
                                .stream()
                                .findFirst());
    }

    @Override
    public List<Deployment> list(TenantId tenant, int most, String afterName) {
        return read(() -> status.read(deployments.page(tenant.value(), afterName, Limit.of(most))));
    }

    @Override
    public int count(TenantId tenant) {
        return read(() -> deployments.countLiving(tenant.value()));
    }

    @Override
    public List<Key> keys() {
        return read(
                () ->
                        deployments.keys().stream()
                                .map(
                                        row ->
                                                new Key(
                                                        EndpointId.of(
                                                                row.getTenant(), row.getName()),
                                                        row.getGeneration()))
                                .toList());
    }

    @Override
    public boolean save(
            EndpointId endpoint,
            long expected,
            DeploymentSpec spec,
            Optional<NewRevision> revision,
            Instant now) {
        return read(
                () -> {
                    DeploymentKey key = DeploymentKey.of(endpoint);
                    String text = SpecJson.write(spec);
                    int done =
                            expected == 0
                                    ? deployments.create(key.tenant(), key.name(), text, now)
                                    : deployments.replace(
                                            key.tenant(),
                                            key.name(),
                                            expected,
                                            text,
                                            revision.isPresent() ? 1 : 0,
                                            now);
                    if (done == 1 && revision.isPresent()) {
                        add(key, revision.get(), now);
                    }
                    return done == 1;
                });
    }

    private void add(DeploymentKey key, NewRevision made, Instant now) {
        long number = deployments.findById(key).orElseThrow().revision;
        RevisionEntity row =
                new RevisionEntity(new RevisionEntity.Key(key.tenant(), key.name(), number));
        row.spec = SpecJson.write(made.spec());
        row.bundle = BundleJson.write(made.bundle());
        row.cause = made.cause();
        row.restores = made.restores().isPresent() ? made.restores().getAsLong() : null;
        row.createdAt = now;
        row.createdBy = Texts.stored(made.createdBy());
        revisions.save(row);
        if (number > REVISIONS) {
            revisions.trim(key.tenant(), key.name(), number - REVISIONS);
        }
    }

    @Override
    public boolean markDeleting(EndpointId endpoint, long expected, Instant now) {
        DeploymentKey key = DeploymentKey.of(endpoint);
        return read(() -> deployments.markDeleting(key.tenant(), key.name(), expected, now) == 1);
    }

    @Override
    public Optional<Revision> revision(EndpointId endpoint, long number) {
        DeploymentKey key = DeploymentKey.of(endpoint);
        return read(
                () ->
                        revisions
                                .findById(new RevisionEntity.Key(key.tenant(), key.name(), number))
                                .map(BundleJson::revision));
    }

    @Override
    public List<Revision> revisions(EndpointId endpoint, int most, long beforeNumber) {
        DeploymentKey key = DeploymentKey.of(endpoint);
        return read(
                () ->
                        revisions
                                .page(key.tenant(), key.name(), beforeNumber, Limit.of(most))
                                .stream()
                                .map(BundleJson::revision)
                                .toList());
    }

    @Override
    public List<SecretUse> secretUses(Optional<TenantId> tenant) {
        return read(
                () ->
                        revisions.secretUses(tenant.map(TenantId::value).orElse("")).stream()
                                .map(
                                        row ->
                                                new SecretUse(
                                                        EndpointId.of(
                                                                row.getTenant(),
                                                                row.getDeployment()),
                                                        row.getSecret(),
                                                        row.getVersion()))
                                .toList());
    }

    @Override
    public List<Event> events(EndpointId endpoint, int most) {
        return read(() -> status.events(DeploymentKey.of(endpoint), most));
    }

    @Override
    public void serve(EndpointId endpoint, long revision, long epoch) {
        DeploymentKey key = DeploymentKey.of(endpoint);
        fenced(epoch, () -> deployments.serve(key.tenant(), key.name(), revision));
    }

    @Override
    public void giveUp(EndpointId endpoint, long revision, long epoch) {
        DeploymentKey key = DeploymentKey.of(endpoint);
        fenced(epoch, () -> deployments.giveUp(key.tenant(), key.name(), revision));
    }

    @Override
    public void unresolved(EndpointId endpoint, String why, long epoch) {
        DeploymentKey key = DeploymentKey.of(endpoint);
        fenced(epoch, () -> deployments.unresolved(key.tenant(), key.name(), Texts.stored(why)));
    }

    @Override
    public void saveStatus(
            EndpointId endpoint, DeploymentStatus now, List<Event> events, long epoch) {
        fenced(
                epoch,
                () -> {
                    status.write(DeploymentKey.of(endpoint), now, events);
                    return 0;
                });
    }

    @Override
    public void purge(EndpointId endpoint, long epoch) {
        DeploymentKey key = DeploymentKey.of(endpoint);
        fenced(epoch, () -> deployments.purge(key.tenant(), key.name()));
    }

    @Override
    public long nextRouteGeneration(long epoch) {
        return fenced(epoch, deployments::nextRouteGeneration);
    }

    private <T> T read(Supplier<T> work) {
        return Objects.requireNonNull(transactions.execute(_ -> work.get()));
    }

    private <T> T fenced(long epoch, Supplier<T> work) {
        return read(
                () -> {
                    if (!lease.holds(epoch)) {
                        throw new LeaseLostException(epoch);
                    }
                    return work.get();
                });
    }
}
