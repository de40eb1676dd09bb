package dev.marmita.registry;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The models, or the services, with their versions and labels. Thread-safe; every method is atomic
 * and leaves nothing behind when it throws. {@code actor} is who does it, for the history.
 *
 * <p>Names are DNS labels of at most 63 characters, labels of at most 40. The label {@code latest}
 * points to the newest version by itself and cannot be set or removed by hand.
 */
public interface Catalog<V extends Version> {

    /**
     * @throws RegistryException.AlreadyExists where the name is taken
     */
    Artifact create(String name, ArtifactDraft draft, String actor);

    /**
     * @throws RegistryException.NotFound where there is none
     */
    Artifact get(String name);

    /** Replaces description and tags. */
    Artifact update(String name, ArtifactDraft draft, String actor);

    /**
     * Deletes the name with all its versions and labels. The history of its labels stays, and where the
     * name is created again its versions go on counting.
     *
     * @throws RegistryException.InUse where a version is labelled otherwise than {@code latest}, or runs
     */
    void delete(String name, String actor);

    /** In alphabetical order of their names. */
    Page<Artifact> list(ArtifactQuery query, PageRequest page);

    /**
     * Makes a version of an uploaded content, and the name where it is new. Where the newest version has
     * the same digest, metadata and provenance, it is answered instead, with the tags added and the labels
     * moved to it; so a push can be repeated.
     *
     * @throws RegistryException.NotFound where the content is not uploaded
     * @throws RegistryException.InvalidArtifact where it is no valid model or bundle
     * @throws RegistryException.Busy where too many are being looked at
     * @throws RegistryException.StorageUnavailable where the content cannot be fetched
     */
    Published<V> publish(String name, VersionDraft draft, String actor);

    V version(String name, int version);

    /** The newest first. */
    Page<V> versions(String name, PageRequest page);

    /** Replaces the tags of a version. */
    V tag(String name, int version, Map<String, String> tags, String actor);

    /**
     * @throws RegistryException.InUse where a label other than {@code latest} points to it, or it runs;
     *     {@code latest} falls back to the newest version that is left
     */
    void deleteVersion(String name, int version, String actor);

    /** The version that the reference points to now. */
    V resolve(ArtifactRef ref);

    /** Every label and its version. */
    Map<String, Integer> labels(String name);

    /**
     * Points a label to a version, if it still points where the caller thinks. Moving it to where it
     * points already changes nothing and answers the last move.
     *
     * @param expected the version it points to now; empty: it is not set
     * @throws RegistryException.LabelConflict where it points elsewhere; it says where
     */
    LabelMove moveLabel(String name, String label, int version, OptionalInt expected, String actor);

    /**
     * Removes a label, if it still points where the caller thinks.
     *
     * @throws RegistryException.LabelConflict where it points elsewhere; it says where
     */
    LabelMove removeLabel(String name, String label, int expected, String actor);

    /** Every move of the label, the newest first; also of one that is removed. */
    Page<LabelMove> labelHistory(String name, String label, PageRequest page);

    /**
     * The moves after one that is known, in order; for those who must not miss any. {@link LabelMove}
     * as an application event is the quick way, which a crash may lose.
     *
     * @param id {@link LabelMove#id()} of the last one seen; 0: from the beginning
     * @param limit 1 to 1,000
     */
    List<LabelMove> movesSince(long id, int limit);
}
