package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.DeploymentException.Code;
import dev.marmita.scheduler.DeploymentStore.NewRevision;
import dev.marmita.scheduler.DeploymentStore.Row;
import dev.marmita.scheduler.References.Resolution;
import dev.marmita.scheduler.compute.ComputeBackend;
import dev.marmita.scheduler.compute.ReplicaLog;
import dev.marmita.scheduler.plan.Phase;
import dev.marmita.scheduler.spec.Bundle;
import dev.marmita.scheduler.spec.DeploymentSpec;
import dev.marmita.scheduler.spec.FieldError;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The facade over the store: decides what a change means, and writes it by compare-and-swap. */
final class StoredDeployments implements Deployments {

    private static final int ATTEMPTS = 8;

    private final DeploymentStore store;
    private final ComputeBackend backend;
    private final References references;
    private final TenantPolicy policy;
    private final InstantSource clock;
    private final Consumer<EndpointId> nudge;

    StoredDeployments(
            DeploymentStore store,
            ComputeBackend backend,
            Ports ports,
            InstantSource clock,
            Consumer<EndpointId> nudge) {
        this.store = store;
        this.backend = backend;
        this.references = new References(ports);
        this.policy = ports.policy();
        this.clock = clock;
        this.nudge = nudge;
    }

    @Override
    public PutResult put(EndpointId endpoint, DeploymentSpec spec, PutOptions options) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Optional<PutResult> result = tryPut(endpoint, spec, options);
            if (result.isPresent()) {
                return result.get();
            }
        }
        throw conflict(endpoint);
    }

    /** Empty where somebody else was quicker. */
    private Optional<PutResult> tryPut(
            EndpointId endpoint, DeploymentSpec spec, PutOptions options) {
        Optional<Row> row = store.find(endpoint);
        boolean creates = row.map(Row::deleting).orElse(true);
        checkMatch(endpoint, row, options.ifMatch());
        allowed(endpoint, spec, store.count(endpoint.tenant()) + (creates ? 1 : 0));
        Bundle bundle = resolve(endpoint, spec);
        boolean newRevision =
                creates
                        || !Workloads.runsTheSame(
                                revision(endpoint, row.orElseThrow().revision()), spec, bundle);
        boolean changed = newRevision || !row.orElseThrow().spec().equals(spec);
        Instant now = clock.instant();
        if (options.dryRun()) {
            return Optional.of(
                    new PutResult(
                            preview(endpoint, spec, row, newRevision, now),
                            creates,
                            changed,
                            newRevision));
        }
        if (changed) {
            Optional<NewRevision> made =
                    newRevision
                            ? Optional.of(
                                    new NewRevision(
                                            spec,
                                            bundle,
                                            Revision.Cause.SPEC,
                                            OptionalLong.empty(),
                                            options.actor()))
                            : Optional.empty();
            if (!store.save(endpoint, row.map(Row::generation).orElse(0L), spec, made, now)) {
                return Optional.empty();
            }
            nudge.accept(endpoint);
        }
        return store.get(endpoint)
                .map(deployment -> new PutResult(deployment, creates, changed, newRevision));
    }

    private Deployment preview(
            EndpointId endpoint,
            DeploymentSpec spec,
            Optional<Row> row,
            boolean newRevision,
            Instant now) {
        Optional<Deployment> present = store.get(endpoint);
        long revision = row.map(Row::revision).orElse(0L) + (newRevision ? 1 : 0);
        return new Deployment(
                endpoint,
                row.map(Row::generation).orElse(0L) + 1,
                spec,
                revision,
                false,
                present.map(Deployment::createdAt).orElse(now),
                now,
                present.map(Deployment::status).orElse(UNSEEN));
    }

    private static final DeploymentStatus UNSEEN =
            new DeploymentStatus(Phase.PENDING, 0, 0, 0, List.of(), List.of());

    private static void checkMatch(EndpointId endpoint, Optional<Row> row, OptionalLong ifMatch) {
        long present = row.filter(r -> !r.deleting()).map(Row::generation).orElse(0L);
        if (ifMatch.isPresent() && ifMatch.getAsLong() != present) {
            throw new DeploymentException(
                    Code.GENERATION_MISMATCH,
                    present == 0
                            ? "there is no deployment " + endpoint
                            : "deployment "
                                    + endpoint
                                    + " has generation "
                                    + present
                                    + " now, not "
                                    + ifMatch.getAsLong());
        }
    }

    private void allowed(EndpointId endpoint, DeploymentSpec spec, int deployments) {
        List<FieldError> refused = policy.check(endpoint, spec, deployments);
        if (!refused.isEmpty()) {
            throw new DeploymentException(
                    Code.NOT_ALLOWED, text("the plan does not allow it", refused), refused);
        }
    }

    private Bundle resolve(EndpointId endpoint, DeploymentSpec spec) {
        return resolved(references.resolve(endpoint.tenant(), spec));
    }

    private static Bundle resolved(Resolution resolution) {
        return switch (resolution) {
            case Resolution.Resolved resolved -> resolved.bundle();
            case Resolution.Unresolved unresolved ->
                    throw new DeploymentException(
                            Code.INVALID,
                            text("the specification cannot be resolved", unresolved.errors()),
                            unresolved.errors());
        };
    }

    private static String text(String what, List<FieldError> errors) {
        return what
                + ": "
                + errors.stream().map(FieldError::toString).collect(Collectors.joining("; "));
    }

    @Override
    public Optional<Deployment> get(EndpointId endpoint) {
        return store.get(endpoint);
    }

    @Override
    public Page<Deployment> list(TenantId tenant, int pageSize, Optional<String> pageToken) {
        int size = PageTokens.bounded(pageSize);
        List<Deployment> found = store.list(tenant, size + 1, PageTokens.key(pageToken, ""));
        return PageTokens.page(found, size, d -> d.endpoint().deployment().value());
    }

    @Override
    public void delete(EndpointId endpoint, OptionalLong ifMatch) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Row row = store.find(endpoint).orElseThrow(() -> notFound(endpoint));
            if (row.deleting()) {
                return;
            }
            checkMatch(endpoint, Optional.of(row), ifMatch);
            if (store.markDeleting(endpoint, row.generation(), clock.instant())) {
                nudge.accept(endpoint);
                return;
            }
        }
        throw conflict(endpoint);
    }

    @Override
    public void deleteAll(TenantId tenant) {
        for (DeploymentStore.Key key : store.keys()) {
            if (key.endpoint().tenant().equals(tenant)) {
                try {
                    delete(key.endpoint(), OptionalLong.empty());
                } catch (DeploymentException e) {
                    if (e.code() != Code.NOT_FOUND) {
                        throw e;
                    }
                }
            }
        }
    }

    @Override
    public Page<Revision> revisions(EndpointId endpoint, int pageSize, Optional<String> pageToken) {
        present(endpoint);
        int size = PageTokens.bounded(pageSize);
        long before;
        try {
            before = Long.parseLong(PageTokens.key(pageToken, String.valueOf(Long.MAX_VALUE)));
        } catch (NumberFormatException e) {
            throw PageTokens.badToken();
        }
        return PageTokens.page(
                store.revisions(endpoint, size + 1, before), size, r -> Long.toString(r.number()));
    }

    @Override
    public Revision revision(EndpointId endpoint, long number) {
        present(endpoint);
        return store.revision(endpoint, number)
                .orElseThrow(
                        () ->
                                new DeploymentException(
                                        Code.REVISION_NOT_FOUND,
                                        "deployment " + endpoint + " has no revision " + number));
    }

    @Override
    public List<Revision.Change> diff(EndpointId endpoint, long from, long to) {
        return RevisionDiff.between(revision(endpoint, from), revision(endpoint, to));
    }

    @Override
    public Deployment rollback(
            EndpointId endpoint, long revision, OptionalLong ifMatch, String actor) {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            Row row = store.find(endpoint).orElseThrow(() -> notFound(endpoint));
            if (row.deleting()) {
                throw notFound(endpoint);
            }
            checkMatch(endpoint, Optional.of(row), ifMatch);
            Revision old = revision(endpoint, revision);
            DeploymentSpec spec = old.spec().pinnedTo(old.bundle()).scaledAs(row.spec());
            allowed(endpoint, spec, store.count(endpoint.tenant()));
            NewRevision made =
                    new NewRevision(
                            spec,
                            // An old value may be one that leaked: secrets never go back.
                            resolved(references.withSecrets(endpoint.tenant(), spec, old.bundle())),
                            Revision.Cause.ROLLBACK,
                            OptionalLong.of(revision),
                            actor);
            if (store.save(endpoint, row.generation(), spec, Optional.of(made), clock.instant())) {
                nudge.accept(endpoint);
                return present(endpoint);
            }
        }
        throw conflict(endpoint);
    }

    @Override
    public DeploymentStatus status(EndpointId endpoint) {
        return present(endpoint).status();
    }

    @Override
    public List<Replica> replicas(EndpointId endpoint) {
        return present(endpoint).status().replicas();
    }

    @Override
    public List<ReplicaLog> logs(EndpointId endpoint, Optional<String> replica, int lines) {
        present(endpoint);
        List<ReplicaLog> all = backend.logs(endpoint, Math.clamp(lines, 1, 10_000));
        return replica.map(id -> all.stream().filter(l -> l.replica().equals(id)).toList())
                .orElse(all);
    }

    @Override
    public List<Event> events(EndpointId endpoint) {
        present(endpoint);
        return store.events(endpoint, 200);
    }

    private Deployment present(EndpointId endpoint) {
        return store.get(endpoint).orElseThrow(() -> notFound(endpoint));
    }

    private static DeploymentException notFound(EndpointId endpoint) {
        return new DeploymentException(Code.NOT_FOUND, "there is no deployment " + endpoint);
    }

    private static DeploymentException conflict(EndpointId endpoint) {
        return new DeploymentException(
                Code.CONFLICT, "deployment " + endpoint + " is being changed by others; try again");
    }
}
