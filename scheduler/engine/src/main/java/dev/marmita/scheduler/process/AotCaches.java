package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.ReplicaSpec;
import dev.marmita.scheduler.process.ArtifactFetcher.Fetched;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * AOT caches (JEP 514), which halve what a runner's start costs. One that came with the runner is used for
 * all. Else one is made for each tenant, when its first replica is ready, by another start of the same
 * that ends at once: a tenant's code runs in it, so no other tenant may load it.
 */
final class AotCaches {

    private static final Logger LOG = LoggerFactory.getLogger(AotCaches.class);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final ProcessSettings settings;
    private final Path folder;
    private final Launcher launcher;
    private final Semaphore oneAtATime = new Semaphore(1);
    private final String key;
    private final Set<String> tried = ConcurrentHashMap.newKeySet();

    AotCaches(ProcessSettings settings, Launcher launcher) {
        this.settings = settings;
        this.folder = settings.home().resolve("aot");
        this.launcher = launcher;
        this.key = key(settings);
    }

    /** Clears away what was being made when a former process died. */
    void open() throws IOException {
        Trees.delete(folder.resolve("training"));
    }

    /** The cache for a tenant's runners. */
    Optional<Path> of(String tenant) {
        Path shipped = settings.runnerHome().resolve("runner.aot");
        if (Files.isRegularFile(shipped)) {
            return Optional.of(shipped);
        }
        return settings.trainAot()
                ? Optional.of(file(tenant)).filter(Files::isRegularFile)
                : Optional.empty();
    }

    /** The one for a runner that is nobody's yet. */
    Optional<Path> shared() {
        return Optional.of(settings.runnerHome().resolve("runner.aot"))
                .filter(Files::isRegularFile);
    }

    private Path file(String tenant) {
        return folder.resolve(tenant).resolve(key + ".aot");
    }

    /** Makes the tenant's cache in the background, where there is none and it was not tried before. */
    void train(ReplicaSpec spec, Fetched fetched) {
        String tenant = spec.endpoint().tenant().value();
        if (!settings.trainAot() || of(tenant).isPresent() || !tried.add(tenant)) {
            return;
        }
        Thread.ofVirtual().name("aot-" + tenant).start(() -> trained(spec, fetched, file(tenant)));
    }

    private void trained(ReplicaSpec spec, Fetched fetched, Path target) {
        ReplicaFolder place =
                new ReplicaFolder(folder.resolve("training").resolve(UUID.randomUUID().toString()));
        try {
            oneAtATime.acquire();
            try {
                train(spec, fetched, place, target);
            } finally {
                oneAtATime.release();
                Trees.delete(place.path());
            }
        } catch (IOException | ReplicaException e) {
            LOG.warn("no AOT cache for {}: {}", spec.endpoint().tenant(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void train(ReplicaSpec spec, Fetched fetched, ReplicaFolder place, Path target)
            throws IOException, ReplicaException, InterruptedException {
        Path made = place.out().resolve("made.aot");
        Process process = launcher.train(spec, place, fetched, made);
        if (!process.waitFor(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (process.waitFor() != 0 || !RunnerFiles.isPlain(made)) {
            List<String> lines = place.log().tail(3);
            throw new IOException("the training run failed: " + String.join(" / ", lines));
        }
        Files.createDirectories(target.toAbsolutePath().getParent());
        Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
        LOG.info("made an AOT cache for runners of {}", spec.endpoint().tenant());
    }

    /** Changes with the runtime, the runner's jars and its options. */
    private static String key(ProcessSettings settings) {
        StringBuilder parts = new StringBuilder();
        parts.append(settings.javaHome())
                .append(settings.jvmOptions())
                .append(settings.mainClass());
        try (Stream<Path> jars = Files.list(settings.runnerHome().resolve("lib"))) {
            for (Path jar : (Iterable<Path>) jars.sorted()::iterator) {
                parts.append(jar)
                        .append(Files.size(jar))
                        .append(Files.getLastModifiedTime(jar).toMillis());
            }
            Path release = settings.javaHome().resolve("release");
            parts.append(Files.exists(release) ? Files.readString(release) : "");
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(parts.toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (IOException e) {
            return "unknown";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
