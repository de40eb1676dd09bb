package dev.marmita.registry.catalog;

import dev.marmita.registry.Artifact;
import dev.marmita.registry.ArtifactDraft;
import dev.marmita.registry.ArtifactQuery;
import dev.marmita.registry.ArtifactRef;
import dev.marmita.registry.Blobs;
import dev.marmita.registry.Catalog;
import dev.marmita.registry.LabelMove;
import dev.marmita.registry.Page;
import dev.marmita.registry.PageRequest;
import dev.marmita.registry.Published;
import dev.marmita.registry.RegistryException;
import dev.marmita.registry.Version;
import dev.marmita.registry.VersionDraft;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.springframework.dao.DataIntegrityViolationException;

/** What models and services have in common: checks of arguments, then transactions. */
abstract sealed class StoredCatalog<V extends Version> implements Catalog<V>
        permits StoredModels, StoredServices {

    private static final int MOST_MOVES = 1_000;
    private static final int LONGEST_ACTOR = 255;

    private final ArtifactRows rows;
    private final Blobs blobs;

    StoredCatalog(ArtifactRows rows, Blobs blobs) {
        this.rows = rows;
        this.blobs = blobs;
    }

    /** Looks into the content; called outside of any transaction. */
    abstract String examine(VersionDraft draft, long size);

    /**
     * @throws RegistryException.InvalidArtifact where what was found doesn't fit the name
     */
    abstract void check(String name, String content);

    abstract V version(ArtifactRows.Row row);

    @Override
    public Artifact create(String name, ArtifactDraft draft, String actor) {
        return rows.create(named(name), draft, by(actor));
    }

    @Override
    public Artifact get(String name) {
        return rows.get(named(name));
    }

    @Override
    public Artifact update(String name, ArtifactDraft draft, String actor) {
        by(actor);
        return rows.update(named(name), draft);
    }

    @Override
    public void delete(String name, String actor) {
        rows.delete(named(name), by(actor));
    }

    @Override
    public Page<Artifact> list(ArtifactQuery query, PageRequest page) {
        return rows.list(query, page);
    }

    @Override
    public Published<V> publish(String name, VersionDraft draft, String actor) {
        named(name);
        by(actor);
        long size = blobs.size(draft.digest());
        VersionEntity.Content content =
                rows.known(draft.digest())
                        .orElseGet(() -> new VersionEntity.Content(size, examine(draft, size)));
        check(name, content.json());
        try {
            ArtifactRows.Outcome outcome = rows.publish(name, draft, content, actor);
            return new Published<>(version(outcome.row()), outcome.created());
        } catch (DataIntegrityViolationException broken) {
            // Swept in this moment, where nobody published it for its grace time: says so.
            blobs.size(draft.digest());
            throw broken;
        }
    }

    @Override
    public V version(String name, int version) {
        return version(rows.version(named(name), version));
    }

    @Override
    public Page<V> versions(String name, PageRequest page) {
        return rows.versions(named(name), page).map(this::version);
    }

    @Override
    public V tag(String name, int version, Map<String, String> tags, String actor) {
        by(actor);
        // Tags of a version and of a name keep the same rules.
        ArtifactDraft checked = new ArtifactDraft("", tags);
        return version(rows.tag(named(name), version, checked.tags()));
    }

    @Override
    public void deleteVersion(String name, int version, String actor) {
        rows.deleteVersion(named(name), version, by(actor));
    }

    @Override
    public V resolve(ArtifactRef ref) {
        return version(rows.resolve(ref));
    }

    @Override
    public Map<String, Integer> labels(String name) {
        return rows.labels(named(name));
    }

    @Override
    public LabelMove moveLabel(
            String name, String label, int version, OptionalInt expected, String actor) {
        return rows.moveLabel(named(name), settable(name, label), version, expected, by(actor));
    }

    @Override
    public LabelMove removeLabel(String name, String label, int expected, String actor) {
        return rows.removeLabel(named(name), settable(name, label), expected, by(actor));
    }

    @Override
    public Page<LabelMove> labelHistory(String name, String label, PageRequest page) {
        return rows.history(named(name), new ArtifactRef.Labelled(name, label).label(), page);
    }

    @Override
    public List<LabelMove> movesSince(long id, int limit) {
        if (limit < 1 || limit > MOST_MOVES) {
            throw new RegistryException.InvalidArgument("limit", "must be 1 to " + MOST_MOVES);
        }
        return rows.movesSince(id, limit);
    }

    private static String named(String name) {
        return new ArtifactRef.Labelled(name, ArtifactRef.LATEST).name();
    }

    private static String settable(String name, String label) {
        if (label.equals(ArtifactRef.LATEST)) {
            throw new RegistryException.InvalidArgument(
                    "label", "'latest' moves by itself and cannot be set or removed");
        }
        return new ArtifactRef.Labelled(name, label).label();
    }

    private static String by(String actor) {
        if (actor.isBlank() || actor.length() > LONGEST_ACTOR || actor.indexOf('\0') >= 0) {
            throw new RegistryException.InvalidArgument(
                    "actor", "must be 1 to " + LONGEST_ACTOR + " characters");
        }
        return actor;
    }
}
