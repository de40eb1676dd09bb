package dev.marmita.registry.catalog;

import dev.marmita.registry.ModelDescription;
import dev.marmita.registry.RegistryException;
import java.nio.file.Path;

/** Finds out what an ONNX file is. Thread-safe; bounded in time and memory whatever the file does. */
public interface ModelInspector {

    /**
     * @param file only read
     * @throws RegistryException.InvalidArtifact where it is no single-file model that ONNX Runtime opens
     */
    ModelDescription inspect(Path file);
}
