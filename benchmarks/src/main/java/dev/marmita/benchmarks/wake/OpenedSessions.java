package dev.marmita.benchmarks.wake;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Opens the optimised graphs of a tenant in this warm JVM, all at once and as a runner does: what no wake-up
 * can do without.
 */
final class OpenedSessions {

    private OpenedSessions() {}

    /** Milliseconds until all are open. */
    static double open(Path graphs, int threads) throws IOException, InterruptedException {
        List<Path> files;
        try (Stream<Path> all = Files.list(graphs)) {
            files = all.filter(file -> file.toString().endsWith(".onnx")).toList();
        }
        if (files.size() < 3) {
            throw new IOException("the runner left fewer than three graphs in " + graphs);
        }
        try (ExecutorService pool = Executors.newThreadPerTaskExecutor(Thread::new)) {
            long begun = System.nanoTime();
            List<Future<OrtSession>> opening =
                    files.stream().map(file -> pool.submit(() -> session(file, threads))).toList();
            for (Future<OrtSession> one : opening) {
                one.get();
            }
            double millis = (System.nanoTime() - begun) / 1e6;
            for (Future<OrtSession> one : opening) {
                one.get().close();
            }
            return millis;
        } catch (ExecutionException | OrtException e) {
            throw new IOException(e);
        }
    }

    private static OrtSession session(Path file, int threads) throws OrtException {
        OrtEnvironment environment =
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "wake");
        try (var options = new OrtSession.SessionOptions()) {
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            return environment.createSession(file.toString(), options);
        }
    }
}
