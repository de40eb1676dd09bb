package dev.marmita.runner;

import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.JsonReading;
import dev.marmita.runner.binding.Shape;
import dev.marmita.service.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code launch.json}: unknown keys are errors, the limits have defaults. */
record LaunchFile(
        String tenant,
        String deployment,
        long revision,
        String replica,
        Optional<String> host,
        Optional<Integer> port,
        Optional<String> portFile,
        Optional<String> failureFile,
        String scratch,
        Bundle bundle,
        List<Model> models,
        Optional<Integer> cores,
        Optional<Integer> concurrency,
        Optional<Integer> maxBodyBytes,
        Optional<Long> requestTimeoutMillis,
        Optional<Long> drainMillis,
        Optional<String> modelCache,
        Optional<Map<String, String>> env,
        Optional<String> secrets,
        Optional<Boolean> exitAfterWarmup) {

    private static final int MAX_BYTES = 1 << 20;
    private static final Shape SHAPE = shape();

    record Bundle(String name, String version, String digest, String folder) {}

    record Model(String slot, String name, String version, String digest, String file) {}

    /**
     * Reads and checks a launch file.
     *
     * @throws StartFailedException saying what is wrong with it
     */
    static Launch read(Path file) throws StartFailedException {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IOException("larger than " + MAX_BYTES + " bytes");
            }
            byte[] bytes = Files.readAllBytes(file);
            try (var parser = new Json(MAX_BYTES).parser(bytes, 0, bytes.length)) {
                if (JsonReading.document(parser, SHAPE) instanceof LaunchFile launch) {
                    return launch.checked();
                }
                throw new BadInputException("it is null");
            }
        } catch (IOException | BadInputException | IllegalArgumentException e) {
            throw new StartFailedException(
                    StartFailedException.Reason.START_FAILED,
                    "the launch file " + file + " cannot be used: " + e.getMessage(),
                    e);
        }
    }

    private static Shape shape() {
        try {
            return Shape.shapes().of(LaunchFile.class);
        } catch (Shape.UnsupportedTypeException e) {
            throw new IllegalStateException(e);
        }
    }

    private Launch checked() {
        return new Launch(
                tenant,
                deployment,
                revision,
                replica,
                host.orElse("127.0.0.1"),
                port.orElse(0),
                portFile.map(Path::of),
                failureFile.map(Path::of),
                Path.of(scratch),
                new Launch.Bundle(
                        bundle.name, bundle.version, bundle.digest, Path.of(bundle.folder)),
                models.stream()
                        .map(
                                model ->
                                        new Launch.BoundModel(
                                                model.slot,
                                                model.name,
                                                model.version,
                                                model.digest,
                                                Path.of(model.file)))
                        .toList(),
                cores.orElse(Runtime.getRuntime().availableProcessors()),
                concurrency.orElse(1),
                maxBodyBytes.orElse(64 << 20),
                requestTimeoutMillis.orElse(60_000L),
                drainMillis.orElse(10_000L),
                modelCache.map(Path::of),
                env.orElse(Map.of()),
                secrets.map(Path::of),
                exitAfterWarmup.orElse(false));
    }
}
