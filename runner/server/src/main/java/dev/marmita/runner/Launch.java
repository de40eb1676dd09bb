package dev.marmita.runner;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a runner is started with; the content of {@code launch.json}.
 *
 * @param port 0: any free one
 * @param portFile where the bound port is written; empty: nowhere
 * @param failureFile where a failed start is explained; empty: nowhere
 * @param scratch private folder, made if missing, emptied at the end
 * @param cores that this replica may use
 * @param concurrency requests that run at the same time
 * @param maxBodyBytes bound on one request, decompressed
 * @param requestTimeoutMillis bound on one request from its arrival to its answer
 * @param drainMillis how long accepted requests may take to finish after SIGTERM
 * @param modelCache folder for optimised graphs; empty: none is kept
 * @param secrets where secrets that are files are put; empty: there are none, and standard input is not read
 * @param exitAfterWarmup end in good order as soon as the runner is ready: a training run for a JVM's
 *     AOT cache
 */
public record Launch(
        String tenant,
        String deployment,
        long revision,
        String replica,
        String host,
        int port,
        Optional<Path> portFile,
        Optional<Path> failureFile,
        Path scratch,
        Bundle bundle,
        List<BoundModel> models,
        int cores,
        int concurrency,
        int maxBodyBytes,
        long requestTimeoutMillis,
        long drainMillis,
        Optional<Path> modelCache,
        Map<String, String> env,
        Optional<Path> secrets,
        boolean exitAfterWarmup) {

    /** Without secrets. */
    public Launch(
            String tenant,
            String deployment,
            long revision,
            String replica,
            String host,
            int port,
            Optional<Path> portFile,
            Optional<Path> failureFile,
            Path scratch,
            Bundle bundle,
            List<BoundModel> models,
            int cores,
            int concurrency,
            int maxBodyBytes,
            long requestTimeoutMillis,
            long drainMillis,
            Optional<Path> modelCache,
            Map<String, String> env,
            boolean exitAfterWarmup) {
        this(
                tenant,
                deployment,
                revision,
                replica,
                host,
                port,
                portFile,
                failureFile,
                scratch,
                bundle,
                models,
                cores,
                concurrency,
                maxBodyBytes,
                requestTimeoutMillis,
                drainMillis,
                modelCache,
                env,
                Optional.empty(),
                exitAfterWarmup);
    }

    /** The same with other settings for the service. */
    Launch with(Map<String, String> settings) {
        return new Launch(
                tenant,
                deployment,
                revision,
                replica,
                host,
                port,
                portFile,
                failureFile,
                scratch,
                bundle,
                models,
                cores,
                concurrency,
                maxBodyBytes,
                requestTimeoutMillis,
                drainMillis,
                modelCache,
                settings,
                secrets,
                exitAfterWarmup);
    }

    /** Without the settings, for there may be secrets among them. */
    @Override
    public String toString() {
        return "Launch[" + tenant + "/" + deployment + ", revision " + revision + "]";
    }

    public Launch {
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(deployment, "deployment");
        Objects.requireNonNull(replica, "replica");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(scratch, "scratch");
        Objects.requireNonNull(bundle, "bundle");
        models = List.copyOf(models);
        env = Map.copyOf(env);
        inRange("port", port, 0, 65_535);
        inRange("cores", cores, 1, 1_024);
        inRange("concurrency", concurrency, 1, 10_000);
        inRange("maxBodyBytes", maxBodyBytes, 1_024, 2_000_000_000);
        inRange("requestTimeoutMillis", requestTimeoutMillis, 1, 86_400_000);
        inRange("drainMillis", drainMillis, 0, 86_400_000);
    }

    /**
     * An unpacked service bundle.
     *
     * @param digest {@code sha256:…} of the bundle's file
     * @param folder holds {@code service.yaml} and {@code lib/}
     */
    public record Bundle(String name, String version, String digest, Path folder) {
        public Bundle {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(version, "version");
            Objects.requireNonNull(digest, "digest");
            Objects.requireNonNull(folder, "folder");
        }
    }

    /** A model version bound to a slot of the service. */
    public record BoundModel(String slot, String name, String version, String digest, Path file) {
        public BoundModel {
            Objects.requireNonNull(slot, "slot");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(version, "version");
            Objects.requireNonNull(digest, "digest");
            Objects.requireNonNull(file, "file");
        }
    }

    private static void inRange(String what, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    what + " must be from " + min + " to " + max + ", not " + value);
        }
    }
}
