package dev.marmita.registry.onnx;

import dev.marmita.registry.ModelDescription;
import dev.marmita.registry.RegistryException.InvalidArtifact;
import dev.marmita.registry.RegistryProperties;
import dev.marmita.registry.Signature;
import dev.marmita.registry.TensorSpec;
import dev.marmita.registry.catalog.ModelInspector;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Opens each model in a process of its own, with an empty environment and bounds on time and memory. */
public final class ProcessModelInspector implements ModelInspector {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessModelInspector.class);
    private static final long BASE_MEMORY = 768L << 20;

    /** ONNX Runtime holds the file's weights as read and as made ready, and some in between. */
    private static final long MEMORY_PER_BYTE = 4;

    private static final int LONGEST_ANSWER = 32 << 20;
    private static final int LONGEST_COMPLAINT = 8 << 10;

    private final InspectorRuntime runtime;
    private final Path folder;
    private final RegistryProperties.Inspector limits;
    private final JsonMapper json = JsonMapper.builder().build();

    /**
     * @param folder working directory of the processes and place of the native libraries
     */
    public ProcessModelInspector(Path folder, RegistryProperties.Inspector limits) {
        try {
            this.runtime = InspectorRuntime.prepare(folder.resolve("onnxruntime"));
        } catch (IOException noDisk) {
            throw new UncheckedIOException("cannot unpack ONNX Runtime", noDisk);
        }
        this.folder = folder;
        this.limits = limits;
    }

    @Override
    public ModelDescription inspect(Path file) {
        try {
            long memory =
                    Math.min(
                            BASE_MEMORY + MEMORY_PER_BYTE * Files.size(file),
                            limits.maxMemory().toBytes());
            Process process = start(file, memory);
            try {
                return described(process, memory);
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot run the inspector", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a model was opened", interrupted);
        }
    }

    private Process start(Path file, long memory) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                                runtime.command(
                                        file.toAbsolutePath(),
                                        memory,
                                        limits.timeout().toSeconds() + 5))
                        .directory(folder.toFile());
        builder.environment().clear();
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        return builder.start();
    }

    private ModelDescription described(Process process, long memory)
            throws InterruptedException, IOException {
        CompletableFuture<String> answer = reading(process.getInputStream(), LONGEST_ANSWER);
        CompletableFuture<String> complaint = reading(process.getErrorStream(), LONGEST_COMPLAINT);
        if (!process.waitFor(limits.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
            throw new InvalidArtifact(
                    "the model could not be opened within "
                            + limits.timeout().toSeconds()
                            + " seconds");
        }
        int exit = process.exitValue();
        if (exit == InspectorMain.NOT_THE_MODELS_FAULT) {
            throw new IOException("the inspector failed: " + complaint.join());
        }
        if (exit != 0) {
            LOG.info("a model brought its inspector down: exit {}, {}", exit, complaint.join());
            throw new InvalidArtifact(
                    "opening the model brought ONNX Runtime down (exit "
                            + exit
                            + "): it is broken, or needs more than "
                            + (memory >> 20)
                            + " MiB of memory");
        }
        return parsed(answer.join(), memory);
    }

    private ModelDescription parsed(String answer, long memory) throws IOException {
        try {
            Answer parsed = json.readValue(answer, Answer.class);
            String error = parsed.error();
            if (error != null) {
                throw new InvalidArtifact(
                        error.contains("bad_alloc")
                                ? "opening the model takes more than "
                                        + (memory >> 20)
                                        + " MiB of memory"
                                : error);
            }
            return parsed.description();
        } catch (JacksonException | IllegalArgumentException unreadable) {
            throw new IOException("the inspector's answer cannot be read", unreadable);
        }
    }

    /** Reads all, so that the writer never waits, and keeps no more than that. */
    private static CompletableFuture<String> reading(InputStream stream, int longest) {
        CompletableFuture<String> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .name("inspector-output")
                .start(
                        () -> {
                            try (stream) {
                                byte[] kept = stream.readNBytes(longest);
                                stream.transferTo(OutputStream.nullOutputStream());
                                result.complete(new String(kept, StandardCharsets.UTF_8));
                            } catch (IOException killed) {
                                result.complete("");
                            }
                        });
        return result;
    }

    /** What the process writes: an error, or everything else. */
    private record Answer(
            @Nullable String error,
            @Nullable List<TensorSpec> inputs,
            @Nullable List<TensorSpec> outputs,
            @Nullable Map<String, Long> opsets,
            @Nullable Long irVersion,
            @Nullable String producer,
            @Nullable Map<String, String> metadata) {

        ModelDescription description() {
            if (inputs == null
                    || outputs == null
                    || opsets == null
                    || irVersion == null
                    || producer == null
                    || metadata == null) {
                throw new IllegalArgumentException("incomplete");
            }
            return new ModelDescription(
                    new Signature(inputs, outputs), opsets, irVersion, producer, metadata);
        }
    }
}
