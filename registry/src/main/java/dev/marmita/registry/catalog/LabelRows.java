package dev.marmita.registry.catalog;

import dev.marmita.registry.LabelMove;
import dev.marmita.registry.RegistryException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Labels and their history. Changes are made within the caller's transaction, which holds the lock of
 * the name; each is told of after the commit.
 */
final class LabelRows {

    private final LabelRepository labels;
    private final LabelEventRepository events;
    private final ApplicationEventPublisher listeners;
    private final InstantSource clock;

    LabelRows(
            LabelRepository labels,
            LabelEventRepository events,
            ApplicationEventPublisher listeners,
            InstantSource clock) {
        this.labels = labels;
        this.events = events;
        this.listeners = listeners;
        this.clock = clock;
    }

    OptionalInt version(ArtifactEntity.Key artifact, String label) {
        return optional(labels.version(artifact.kind().name(), artifact.name(), label));
    }

    /** Labels in alphabetical order and their versions. */
    Map<String, Integer> of(ArtifactEntity.Key artifact) {
        Map<String, Integer> found = new TreeMap<>();
        labels.ofNames(artifact.kind().name(), List.of(artifact.name()))
                .forEach(label -> found.put(label.label(), label.version()));
        return found;
    }

    /** As {@link #of}, by name, for a page of them. */
    Map<String, Map<String, Integer>> ofNames(String kind, Collection<String> names) {
        Map<String, Map<String, Integer>> found = new TreeMap<>();
        names.forEach(name -> found.put(name, new TreeMap<>()));
        if (!names.isEmpty()) {
            labels.ofNames(kind, names)
                    .forEach(
                            label ->
                                    found.computeIfAbsent(label.name(), _ -> new TreeMap<>())
                                            .put(label.label(), label.version()));
        }
        return found;
    }

    /** Moves if the label points where expected; empty: it pointed to the version already. */
    Optional<LabelMove> move(
            ArtifactEntity.Key artifact,
            String label,
            int version,
            OptionalInt expected,
            String actor) {
        OptionalInt actual = compare(artifact, label, expected);
        return actual.equals(OptionalInt.of(version))
                ? Optional.empty()
                : Optional.of(set(artifact, label, actual, OptionalInt.of(version), actor));
    }

    /** Moves whatever the label pointed to. */
    void move(ArtifactEntity.Key artifact, String label, int version, String actor) {
        OptionalInt actual = version(artifact, label);
        if (!actual.equals(OptionalInt.of(version))) {
            set(artifact, label, actual, OptionalInt.of(version), actor);
        }
    }

    LabelMove remove(ArtifactEntity.Key artifact, String label, int expected, String actor) {
        OptionalInt actual = compare(artifact, label, OptionalInt.of(expected));
        return set(artifact, label, actual, OptionalInt.empty(), actor);
    }

    /** Removes the label if it is set. */
    void drop(ArtifactEntity.Key artifact, String label, String actor) {
        OptionalInt actual = version(artifact, label);
        if (actual.isPresent()) {
            set(artifact, label, actual, OptionalInt.empty(), actor);
        }
    }

    Optional<LabelMove> lastMove(ArtifactEntity.Key artifact, String label) {
        return history(artifact, label, Long.MAX_VALUE, 1).stream()
                .findFirst()
                .map(LabelEventEntity::toMove);
    }

    List<LabelEventEntity> history(
            ArtifactEntity.Key artifact, String label, long below, int limit) {
        return events.newest(artifact.kind().name(), artifact.name(), label, below, limit);
    }

    List<LabelMove> since(String kind, long id, int limit) {
        return events.since(kind, id, limit).stream().map(LabelEventEntity::toMove).toList();
    }

    private OptionalInt compare(ArtifactEntity.Key artifact, String label, OptionalInt expected) {
        OptionalInt actual = version(artifact, label);
        if (!actual.equals(expected)) {
            throw new RegistryException.LabelConflict(
                    "label '" + label + "' of " + artifact + " " + points(actual), actual);
        }
        return actual;
    }

    private LabelMove set(
            ArtifactEntity.Key artifact,
            String label,
            OptionalInt from,
            OptionalInt to,
            String actor) {
        events.lockIds();
        String kind = artifact.kind().name();
        if (to.isPresent()) {
            labels.put(kind, artifact.name(), label, to.getAsInt());
        } else {
            labels.remove(kind, artifact.name(), label);
        }
        LabelMove move =
                events.save(new LabelEventEntity(artifact, label, from, to, actor, clock.instant()))
                        .toMove();
        TransactionSynchronizationManager.registerSynchronization(
                new TransactionSynchronization() {
                    @Override
                    public void afterCommit() {
                        listeners.publishEvent(move);
                    }
                });
        return move;
    }

    private static String points(OptionalInt version) {
        return version.isPresent() ? "points to version " + version.getAsInt() : "is not set";
    }

    private static OptionalInt optional(Optional<Integer> version) {
        return version.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }
}
