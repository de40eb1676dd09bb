package dev.marmita.scheduler.spec;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a revision runs: a service version and a model version in every slot that is filled.
 *
 * @param models by slot
 */
public record Bundle(Artifact service, SortedMap<String, Artifact> models) {

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
    }
}
