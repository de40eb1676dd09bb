package dev.marmita.registry.catalog;

import dev.marmita.registry.Artifact;
import dev.marmita.registry.ArtifactDraft;
import dev.marmita.registry.ArtifactKind;
import dev.marmita.registry.ArtifactQuery;
import dev.marmita.registry.ArtifactRef;
import dev.marmita.registry.Digest;
import dev.marmita.registry.LabelMove;
import dev.marmita.registry.Page;
import dev.marmita.registry.PageRequest;
import dev.marmita.registry.RegistryException;
import dev.marmita.registry.UsageGuard;
import dev.marmita.registry.VersionDraft;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.transaction.support.TransactionTemplate;

/** The transactions on the names of one kind and their versions. */
final class ArtifactRows {

    private final ArtifactKind kind;
    private final ArtifactRepository artifacts;
    private final VersionRepository versions;
    private final LabelRows labels;
    private final TransactionTemplate transactions;
    private final UsageGuard usage;
    private final InstantSource clock;

    ArtifactRows(
            ArtifactKind kind,
            ArtifactRepository artifacts,
            VersionRepository versions,
            LabelRows labels,
            TransactionTemplate transactions,
            UsageGuard usage,
            InstantSource clock) {
        this.kind = kind;
        this.artifacts = artifacts;
        this.versions = versions;
        this.labels = labels;
        this.transactions = transactions;
        this.usage = usage;
        this.clock = clock;
    }

    /** A version and the labels that pointed to it at the same moment. */
    record Row(VersionEntity version, List<String> labels) {}

    /** What {@link #publish} came to. */
    record Outcome(Row row, boolean created) {}

    Artifact create(String name, ArtifactDraft draft, String actor) {
        return transactions.execute(
                _ -> {
                    if (insert(name, draft, actor) == 0) {
                        throw new RegistryException.AlreadyExists(key(name) + " is there already");
                    }
                    return get(name);
                });
    }

    private int insert(String name, ArtifactDraft draft, String actor) {
        return artifacts.create(
                kind.name(),
                name,
                draft.description(),
                JsonColumns.text(draft.tags()),
                actor,
                clock.instant());
    }

    Artifact get(String name) {
        return transactions.execute(_ -> required(name).toArtifact(labels.of(key(name))));
    }

    Artifact update(String name, ArtifactDraft draft) {
        return transactions.execute(
                _ -> {
                    locked(name);
                    artifacts.update(
                            kind.name(),
                            name,
                            draft.description(),
                            JsonColumns.text(draft.tags()),
                            clock.instant());
                    return get(name);
                });
    }

    void delete(String name, String actor) {
        transactions.executeWithoutResult(
                _ -> {
                    locked(name);
                    labels.of(key(name))
                            .forEach((label, version) -> refuseLabel(label, name, version));
                    versions.digests(kind.name(), name).stream()
                            .map(Digest::parse)
                            .forEach(digest -> refuseUsed(name, digest));
                    labels.drop(key(name), ArtifactRef.LATEST, actor);
                    versions.deleteAll(kind.name(), name);
                    artifacts.delete(kind.name(), name, clock.instant());
                });
    }

    Page<Artifact> list(ArtifactQuery query, PageRequest page) {
        return transactions.execute(
                _ -> {
                    List<ArtifactEntity> found =
                            artifacts.list(
                                    kind.name(),
                                    Paging.after(page),
                                    query.text().orElse(""),
                                    query.label().orElse(""),
                                    JsonColumns.text(query.tags()),
                                    page.size() + 1);
                    Map<String, Map<String, Integer>> byName =
                            labels.ofNames(
                                    kind.name(),
                                    found.stream().map(row -> row.key().name()).toList());
                    return Paging.page(
                            page,
                            found,
                            row -> row.key().name(),
                            row -> row.toArtifact(byName.getOrDefault(row.key().name(), Map.of())));
                });
    }

    /** What was found in this content when another version of it was made. */
    Optional<VersionEntity.Content> known(Digest digest) {
        return versions.findByContent(kind.name(), digest.toString())
                .map(version -> new VersionEntity.Content(version.size(), version.contentJson()));
    }

    Outcome publish(String name, VersionDraft draft, VersionEntity.Content content, String actor) {
        return transactions.execute(
                _ -> {
                    insert(name, ArtifactDraft.EMPTY, actor);
                    ArtifactEntity artifact = locked(name);
                    Optional<VersionEntity> newest =
                            versions.newest(kind.name(), name, Long.MAX_VALUE, 1).stream()
                                    .findFirst()
                                    .filter(version -> version.says(draft));
                    int number =
                            newest.map(version -> repeated(version, draft))
                                    .orElseGet(() -> added(artifact, draft, content, actor));
                    new TreeSet<>(draft.labels())
                            .forEach(label -> labels.move(key(name), label, number, actor));
                    return new Outcome(version(name, number), newest.isEmpty());
                });
    }

    private int repeated(VersionEntity version, VersionDraft draft) {
        Map<String, String> tags = new TreeMap<>(version.tags());
        tags.putAll(draft.tags());
        versions.tag(kind.name(), version.name(), version.number(), JsonColumns.text(tags));
        return version.number();
    }

    private int added(
            ArtifactEntity artifact,
            VersionDraft draft,
            VersionEntity.Content content,
            String actor) {
        Instant now = clock.instant();
        int number = artifact.nextVersion();
        versions.saveAndFlush(
                new VersionEntity(artifact.key(), number, draft, content, actor, now));
        artifacts.count(kind.name(), artifact.key().name(), now);
        labels.move(artifact.key(), ArtifactRef.LATEST, number, actor);
        return number;
    }

    Row version(String name, int number) {
        return transactions.execute(
                _ ->
                        versions.find(kind.name(), name, number)
                                .map(found -> row(found, labels.of(key(name))))
                                .orElseThrow(() -> noVersion(name, number)));
    }

    Row resolve(ArtifactRef ref) {
        return transactions.execute(
                _ ->
                        switch (ref) {
                            case ArtifactRef.Numbered numbered ->
                                    version(numbered.name(), numbered.version());
                            case ArtifactRef.Labelled labelled ->
                                    version(labelled.name(), labelledVersion(labelled));
                        });
    }

    private int labelledVersion(ArtifactRef.Labelled ref) {
        required(ref.name());
        return labels.version(key(ref.name()), ref.label())
                .orElseThrow(
                        () ->
                                new RegistryException.NotFound(
                                        ref.label().equals(ArtifactRef.LATEST)
                                                ? key(ref.name()) + " has no version yet"
                                                : "no label '"
                                                        + ref.label()
                                                        + "' on "
                                                        + key(ref.name())));
    }

    Page<Row> versions(String name, PageRequest page) {
        return transactions.execute(
                _ -> {
                    required(name);
                    Map<String, Integer> all = labels.of(key(name));
                    return Paging.page(
                            page,
                            versions.newest(kind.name(), name, Paging.below(page), page.size() + 1),
                            VersionEntity::number,
                            found -> row(found, all));
                });
    }

    Row tag(String name, int number, Map<String, String> tags) {
        return transactions.execute(
                _ -> {
                    locked(name);
                    versions.tag(kind.name(), name, number, JsonColumns.text(tags));
                    return version(name, number);
                });
    }

    void deleteVersion(String name, int number, String actor) {
        transactions.executeWithoutResult(
                _ -> {
                    locked(name);
                    Row row = version(name, number);
                    row.labels().forEach(label -> refuseLabel(label, name, number));
                    refuseUsed(name, row.version().digest());
                    if (row.labels().contains(ArtifactRef.LATEST)) {
                        versions.newest(kind.name(), name, number, 1).stream()
                                .findFirst()
                                .ifPresentOrElse(
                                        before ->
                                                labels.move(
                                                        key(name),
                                                        ArtifactRef.LATEST,
                                                        before.number(),
                                                        actor),
                                        () -> labels.drop(key(name), ArtifactRef.LATEST, actor));
                    }
                    versions.delete(kind.name(), name, number);
                });
    }

    Map<String, Integer> labels(String name) {
        return get(name).labels();
    }

    LabelMove moveLabel(String name, String label, int number, OptionalInt expected, String actor) {
        return transactions.execute(
                _ -> {
                    locked(name);
                    version(name, number);
                    return labels.move(key(name), label, number, expected, actor)
                            .or(() -> labels.lastMove(key(name), label))
                            .orElseThrow();
                });
    }

    LabelMove removeLabel(String name, String label, int expected, String actor) {
        return transactions.execute(
                _ -> {
                    locked(name);
                    return labels.remove(key(name), label, expected, actor);
                });
    }

    Page<LabelMove> history(String name, String label, PageRequest page) {
        return Paging.page(
                page,
                labels.history(key(name), label, Paging.below(page), page.size() + 1),
                LabelEventEntity::id,
                LabelEventEntity::toMove);
    }

    List<LabelMove> movesSince(long id, int limit) {
        return labels.since(kind.name(), id, limit);
    }

    private ArtifactEntity.Key key(String name) {
        return new ArtifactEntity.Key(kind, name);
    }

    private ArtifactEntity required(String name) {
        return artifacts.find(kind.name(), name).orElseThrow(() -> none(name));
    }

    private ArtifactEntity locked(String name) {
        return artifacts.lock(kind.name(), name).orElseThrow(() -> none(name));
    }

    private static Row row(VersionEntity version, Map<String, Integer> labels) {
        return new Row(
                version,
                labels.entrySet().stream()
                        .filter(label -> label.getValue() == version.number())
                        .map(Map.Entry::getKey)
                        .collect(Collectors.toList()));
    }

    private void refuseLabel(String label, String name, int number) {
        if (!label.equals(ArtifactRef.LATEST)) {
            throw new RegistryException.InUse(
                    "label '"
                            + label
                            + "' points to version "
                            + number
                            + " of "
                            + key(name)
                            + ": move or remove it first");
        }
    }

    private void refuseUsed(String name, Digest digest) {
        usage.usedBy(digest)
                .ifPresent(
                        user -> {
                            throw new RegistryException.InUse(key(name) + " is used by " + user);
                        });
    }

    private RegistryException none(String name) {
        return new RegistryException.NotFound("no " + key(name));
    }

    private RegistryException noVersion(String name, int number) {
        return new RegistryException.NotFound("no version " + number + " of " + key(name));
    }
}
