package dev.marmita.scheduler.spec;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a revision runs: a service version, a model version in every slot that is filled, and a version of
 * every secret.
 *
 * @param models by slot
 * @param secrets versions by name
 */
public record Bundle(
        Artifact service, SortedMap<String, Artifact> models, SortedMap<String, Long> secrets) {

    /**
     * An immutable version.
     *
     * @param digest {@code sha256:} and 64 lower-case hex digits
     */
    public record Artifact(String name, long version, String digest) {
        public Artifact {
            if (version < 1 || !digest.matches("sha256:[0-9a-f]{64}")) {
                throw new IllegalArgumentException(
                        "not an artifact: " + name + "@" + version + " " + digest);
            }
        }
    }

    public Bundle {
        models = Collections.unmodifiableSortedMap(new TreeMap<>(models));
        // What was written before there were secrets has none.
        secrets =
                Collections.unmodifiableSortedMap(
                        secrets == null ? new TreeMap<>() : new TreeMap<>(secrets));
    }

    /** Without secrets. */
    public Bundle(Artifact service, SortedMap<String, Artifact> models) {
        this(service, models, new TreeMap<>());
    }

    /** The same artifacts with these secrets. */
    public Bundle with(SortedMap<String, Long> others) {
        return new Bundle(service, models, others);
    }

    /** Whether service and models are the same. */
    public boolean sameArtifacts(Bundle other) {
        return service.equals(other.service) && models.equals(other.models);
    }
}
