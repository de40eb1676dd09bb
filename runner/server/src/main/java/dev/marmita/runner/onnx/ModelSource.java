package dev.marmita.runner.onnx;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A model file and what the registry calls it.
 *
 * @param name of the model in the registry
 * @param version of the model in the registry
 * @param digest {@code sha256:…} of the file; the key of its optimised graph, already verified by whoever
 *     fetched the file
 */
public record ModelSource(String name, String version, String digest, Path file) {

    public ModelSource {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(digest, "digest");
        Objects.requireNonNull(file, "file");
    }

    @Override
    public String toString() {
        return name + "@" + version;
    }
}
