package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.DeploymentStore.NewRevision;
import dev.marmita.scheduler.DeploymentStore.Row;
import dev.marmita.scheduler.References.Resolution;
import dev.marmita.scheduler.spec.ArtifactRef;
import dev.marmita.scheduler.spec.Bundle;
import dev.marmita.scheduler.spec.DeploymentSpec;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Makes new revisions of deployments whose labels moved, or whose secrets have a new value. */
final class LabelFollower {

    private final DeploymentStore store;
    private final References references;
    private final InstantSource clock;
    private final Consumer<EndpointId> nudge;

    LabelFollower(
            DeploymentStore store, Ports ports, InstantSource clock, Consumer<EndpointId> nudge) {
        this.store = store;
        this.references = new References(ports);
        this.clock = clock;
        this.nudge = nudge;
    }

    /** Looks at one deployment. Harmless when somebody changes it meanwhile: the next look finds it. */
    void follow(EndpointId endpoint, long epoch) {
        Optional<Row> found = store.find(endpoint);
        if (found.isEmpty()
                || found.get().deleting()
                || !(followsLabels(found.get().spec()) || followsSecrets(found.get().spec()))) {
            return;
        }
        Row row = found.get();
        Optional<Revision> newest = store.revision(endpoint, row.revision());
        if (newest.isEmpty()) {
            return;
        }
        Bundle present = newest.get().bundle();
        switch (now(row, present)) {
            case Resolution.Unresolved unresolved -> {
                String why =
                        unresolved.errors().stream()
                                .map(Object::toString)
                                .collect(Collectors.joining("; "));
                note(row, why, epoch);
            }
            case Resolution.Resolved resolved -> {
                note(row, "", epoch);
                if (!present.equals(resolved.bundle())) {
                    renew(row, present, resolved.bundle());
                }
            }
        }
    }

    /** What is followed as it is now, the rest as it was. */
    private Resolution now(Row row, Bundle present) {
        Resolution artifacts =
                followsLabels(row.spec())
                        ? references.artifacts(row.endpoint().tenant(), row.spec())
                        : new Resolution.Resolved(present);
        return switch (artifacts) {
            case Resolution.Unresolved unresolved -> unresolved;
            case Resolution.Resolved resolved ->
                    followsSecrets(row.spec())
                            ? references.withSecrets(
                                    row.endpoint().tenant(), row.spec(), resolved.bundle())
                            : new Resolution.Resolved(resolved.bundle().with(present.secrets()));
        };
    }

    private void renew(Row row, Bundle present, Bundle now) {
        Revision.Cause cause =
                present.sameArtifacts(now) ? Revision.Cause.SECRETS : Revision.Cause.LABELS;
        NewRevision revision =
                new NewRevision(row.spec(), now, cause, OptionalLong.empty(), cause.text());
        if (store.save(
                row.endpoint(),
                row.generation(),
                row.spec(),
                Optional.of(revision),
                clock.instant())) {
            nudge.accept(row.endpoint());
        }
    }

    private void note(Row row, String unresolved, long epoch) {
        if (!row.unresolved().equals(unresolved)) {
            store.unresolved(row.endpoint(), unresolved, epoch);
            nudge.accept(row.endpoint());
        }
    }

    private static boolean followsLabels(DeploymentSpec spec) {
        return spec.followLabels()
                && (spec.service().movable()
                        || spec.models().values().stream().anyMatch(ArtifactRef::movable));
    }

    private static boolean followsSecrets(DeploymentSpec spec) {
        return spec.secretsFollow() && !spec.secrets().isEmpty();
    }
}
