package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.DeploymentStore.NewRevision;
import dev.marmita.scheduler.DeploymentStore.Row;
import dev.marmita.scheduler.References.Resolution;
import dev.marmita.scheduler.spec.ArtifactRef;
import dev.marmita.scheduler.spec.DeploymentSpec;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Makes new revisions of deployments whose labels moved. */
final class LabelFollower {

    private final DeploymentStore store;
    private final References references;
    private final InstantSource clock;
    private final Consumer<EndpointId> nudge;

    LabelFollower(
            DeploymentStore store,
            BundleResolver resolver,
            InstantSource clock,
            Consumer<EndpointId> nudge) {
        this.store = store;
        this.references = new References(resolver);
        this.clock = clock;
        this.nudge = nudge;
    }

    /** Looks at one deployment. Harmless when somebody changes it meanwhile: the next look finds it. */
    void follow(EndpointId endpoint, long epoch) {
        Optional<Row> found = store.find(endpoint);
        if (found.isEmpty() || found.get().deleting() || !follows(found.get().spec())) {
            return;
        }
        Row row = found.get();
        switch (references.resolve(endpoint.tenant(), row.spec())) {
            case Resolution.Unresolved unresolved -> {
                String why =
                        unresolved.errors().stream()
                                .map(Object::toString)
                                .collect(Collectors.joining("; "));
                note(row, why, epoch);
            }
            case Resolution.Resolved resolved -> {
                note(row, "", epoch);
                Optional<Revision> newest = store.revision(endpoint, row.revision());
                boolean moved =
                        newest.isPresent() && !newest.get().bundle().equals(resolved.bundle());
                if (moved) {
                    NewRevision revision =
                            new NewRevision(
                                    row.spec(),
                                    resolved.bundle(),
                                    Revision.Cause.LABELS,
                                    OptionalLong.empty(),
                                    "labels");
                    if (store.save(
                            endpoint,
                            row.generation(),
                            row.spec(),
                            Optional.of(revision),
                            clock.instant())) {
                        nudge.accept(endpoint);
                    }
                }
            }
        }
    }

    private void note(Row row, String unresolved, long epoch) {
        if (!row.unresolved().equals(unresolved)) {
            store.unresolved(row.endpoint(), unresolved, epoch);
            nudge.accept(row.endpoint());
        }
    }

    private static boolean follows(DeploymentSpec spec) {
        return spec.followLabels()
                && (spec.service().movable()
                        || spec.models().values().stream().anyMatch(ArtifactRef::movable));
    }
}
