package dev.marmita.scheduler;

import dev.marmita.routing.Access;
import dev.marmita.routing.GroupName;
import dev.marmita.scheduler.DeploymentStore.Row;
import dev.marmita.scheduler.compute.Failure;
import dev.marmita.scheduler.compute.ReplicaObservation;
import dev.marmita.scheduler.plan.Plan.Finding;
import dev.marmita.scheduler.plan.Plan.Verdict;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns a verdict into a status, and writes it where it differs from the last. */
final class StatusWriter {

    private final DeploymentStore store;

    StatusWriter(DeploymentStore store) {
        this.store = store;
    }

    void write(
            Verdict verdict,
            Row row,
            EndpointMemory memory,
            List<ReplicaObservation> replicas,
            Instant now,
            long epoch) {
        DeploymentStatus before = memory.status;
        if (before == null) {
            before = store.get(row.endpoint()).map(Deployment::status).orElse(null);
        }
        Finding resolved =
                row.unresolved().isEmpty()
                        ? new Finding(true, "Resolved", "every reference is bound to a version")
                        : new Finding(false, "ReferenceUnresolved", row.unresolved());
        List<Condition> conditions =
                List.of(
                        condition(Condition.Type.READY, verdict.ready(), before, now),
                        condition(Condition.Type.PROGRESSING, verdict.progressing(), before, now),
                        condition(Condition.Type.RESOLVED, resolved, before, now),
                        condition(
                                Condition.Type.PROTECTED,
                                protection(row.spec().access()),
                                before,
                                now));
        DeploymentStatus status =
                new DeploymentStatus(
                        verdict.phase(),
                        row.generation(),
                        row.serving(),
                        verdict.readyReplicas(),
                        conditions,
                        replicas(memory, replicas));
        if (!status.equals(before) || !memory.events.isEmpty()) {
            store.saveStatus(row.endpoint(), status, List.copyOf(memory.events), epoch);
            memory.events.clear();
        }
        memory.status = status;
    }

    private static Finding protection(Access access) {
        if (access.anonymous()) {
            return new Finding(
                    false,
                    "AnonymousAccess",
                    "anyone who reaches the gateway may call it: access.anonymous is true");
        }
        if (access.closed()) {
            return new Finding(
                    true,
                    "NobodyAdmitted",
                    "nobody may call it: access names no groups, and tokens is false");
        }
        List<String> admitted = new ArrayList<>();
        if (access.tokens()) {
            admitted.add("API tokens of the tenant");
        }
        if (!access.groups().isEmpty()) {
            admitted.add(
                    "members of "
                            + access.groups().stream()
                                    .map(GroupName::value)
                                    .collect(Collectors.joining(", ")));
        }
        return new Finding(true, "CredentialRequired", "admits " + String.join(" and ", admitted));
    }

    private static Condition condition(
            Condition.Type type, Finding finding, @Nullable DeploymentStatus before, Instant now) {
        Optional<Condition> last =
                before == null
                        ? Optional.empty()
                        : before.conditions().stream().filter(c -> c.type() == type).findFirst();
        boolean same =
                last.isPresent()
                        && last.get().status() == finding.status()
                        && last.get().reason().equals(finding.reason());
        return new Condition(
                type,
                finding.status(),
                finding.reason(),
                finding.message(),
                same ? last.get().since() : now);
    }

    private static List<Replica> replicas(
            EndpointMemory memory, List<ReplicaObservation> observed) {
        return observed.stream()
                .filter(ReplicaObservation::lives)
                .sorted(
                        Comparator.comparing(ReplicaObservation::createdAt)
                                .thenComparing(ReplicaObservation::id))
                .map(
                        r ->
                                new Replica(
                                        r.id(),
                                        r.revision(),
                                        state(memory, r),
                                        r.host(),
                                        r.port(),
                                        r.createdAt(),
                                        r.startedAt(),
                                        r.spec().restarts(),
                                        r.failure().map(Failure::message).orElse("")))
                .toList();
    }

    private static String state(EndpointMemory memory, ReplicaObservation replica) {
        return switch (replica.state()) {
            case PENDING -> "Pending";
            case STARTING -> "Starting";
            case READY -> memory.draining.containsKey(replica.id()) ? "Draining" : "Ready";
            case UNREADY -> "Unready";
            case STOPPING -> "Stopping";
            case ENDED -> "Ended";
        };
    }
}
