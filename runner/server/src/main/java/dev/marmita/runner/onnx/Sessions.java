package dev.marmita.runner.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Opens sessions, from the cache of optimised graphs where there is one. */
final class Sessions {

    private Sessions() {}

    static OrtSession open(ModelSource source, OnnxOptions options) throws ModelInvalidException {
        if (!Files.isRegularFile(source.file())) {
            throw new ModelInvalidException("model " + source + " has no file at " + source.file());
        }
        OrtEnvironment environment = environment();
        // A graph that was optimised for one device is not the best, or none, on another.
        if (options.cache().isEmpty() || options.device().cuda().isPresent()) {
            return openOriginal(environment, source, options, Optional.empty());
        }
        GraphCache cache = new GraphCache(options.cache().get(), environment.getVersion());
        Optional<Path> cached = cache.find(source.digest());
        if (cached.isPresent()) {
            try {
                return open(
                        environment,
                        cached.get(),
                        options,
                        OrtSession.SessionOptions.OptLevel.NO_OPT,
                        Optional.empty());
            } catch (OrtException e) {
                cache.discard(cached.get());
            }
        }
        Optional<Path> fresh = cache.reserve();
        OrtSession session = openOriginal(environment, source, options, fresh);
        fresh.ifPresent(written -> cache.publish(written, source.digest()));
        return session;
    }

    /** ONNX Runtime, its libraries loaded. */
    static OrtEnvironment environment() {
        return OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "marmita");
    }

    private static OrtSession openOriginal(
            OrtEnvironment environment,
            ModelSource source,
            OnnxOptions options,
            Optional<Path> optimised)
            throws ModelInvalidException {
        var level = OrtSession.SessionOptions.OptLevel.ALL_OPT;
        try {
            return open(environment, source.file(), options, level, optimised);
        } catch (OrtException e) {
            if (optimised.isPresent()) {
                // A full disk or a graph beyond 2 GB cannot be cached, which is no fault of the
                // model.
                try {
                    Files.deleteIfExists(optimised.get());
                } catch (IOException ignored) {
                    // It is swept with the cache.
                }
                return openOriginal(environment, source, options, Optional.empty());
            }
            if (options.device().isAtFault(e)) {
                throw options.device().unavailable(e);
            }
            throw new ModelInvalidException(
                    "model " + source + " cannot be opened: " + e.getMessage(), e);
        }
    }

    private static OrtSession open(
            OrtEnvironment environment,
            Path file,
            OnnxOptions options,
            OrtSession.SessionOptions.OptLevel level,
            Optional<Path> optimised)
            throws OrtException {
        try (var settings = new OrtSession.SessionOptions()) {
            settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            settings.setIntraOpNumThreads(options.threads());
            settings.setInterOpNumThreads(1);
            // Threads that spin while they wait cost twice the processor time, and on a machine
            // whose cores others use, twice the wall time as well.
            settings.addConfigEntry("session.intra_op.allow_spinning", "0");
            settings.setOptimizationLevel(level);
            options.device().apply(settings);
            if (optimised.isPresent()) {
                settings.setOptimizedModelFilePath(optimised.get().toString());
            }
            return environment.createSession(file.toString(), settings);
        }
    }

    static void closeQuietly(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("a session did not close", e);
        }
    }
}
