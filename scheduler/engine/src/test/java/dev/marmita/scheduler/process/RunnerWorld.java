package dev.marmita.scheduler.process;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.compute.ArtifactSource;
import dev.marmita.scheduler.compute.ReplicaSpec;
import dev.marmita.scheduler.process.ProcessSettings.Guard;
import dev.marmita.scheduler.spec.Bundle;
import dev.marmita.scheduler.spec.Bundle.Artifact;
import dev.marmita.scheduler.spec.DeploymentSpec.Resources;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A folder with a runner that can be started, artifacts for it, and words to order replicas with. */
public final class RunnerWorld implements ArtifactSource {

    public static final EndpointId ENDPOINT = EndpointId.of("acme", "receipts");
    public static final Resources SMALL = new Resources(1000, 256L << 20);

    private final Path folder;
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    public final AtomicInteger opened = new AtomicInteger();

    /** Thrown instead of an answer, while it is above zero. */
    public final AtomicInteger failuresLeft = new AtomicInteger();

    public RunnerWorld(Path folder) throws IOException {
        this.folder = folder;
        Path lib = Files.createDirectories(folder.resolve("runner/lib"));
        try (JarOutputStream jar =
                new JarOutputStream(Files.newOutputStream(lib.resolve("fake.jar")))) {
            String name = FakeRunner.class.getName().replace('.', '/') + ".class";
            jar.putNextEntry(new ZipEntry(name));
            try (InputStream in = FakeRunner.class.getClassLoader().getResourceAsStream(name)) {
                in.transferTo(jar);
            }
        }
    }

    public Path home() {
        return folder.resolve("home");
    }

    public ProcessSettings settings() {
        return settings(home(), 64L << 20, 1 << 20, true);
    }

    public ProcessSettings settings(Path home, long cacheBytes, long logBytes, boolean confine) {
        return settings(home, cacheBytes, logBytes, confine, false, Guard.DEFAULT, 0);
    }

    /** The same with AOT caches. */
    ProcessSettings training() {
        return training(home());
    }

    /** The same of another platform that runs the same runner. */
    ProcessSettings training(Path home) {
        return settings(home, 64L << 20, 1 << 20, true, true, Guard.DEFAULT, 0);
    }

    /** The same with so many runners that wait. */
    ProcessSettings warm(int size) {
        return settings(home(), 64L << 20, 1 << 20, true, false, Guard.DEFAULT, size);
    }

    ProcessSettings guarded(Guard.Mode mode) {
        Guard guard = new Guard(mode, Guard.DEFAULT.firstUser(), Guard.DEFAULT.lastUser());
        return settings(home(), 64L << 20, 1 << 20, true, false, guard, 0);
    }

    private ProcessSettings settings(
            Path home,
            long cacheBytes,
            long logBytes,
            boolean confine,
            boolean trainAot,
            Guard guard,
            int warmRunners) {
        return new ProcessSettings(
                home,
                folder.resolve("runner"),
                Path.of(System.getProperty("java.home")),
                List.of("cpu"),
                16_000,
                4L << 30,
                cacheBytes,
                logBytes,
                confine,
                trainAot,
                guard,
                warmRunners,
                FakeRunner.class.getName(),
                List.of("-XX:TieredStopAtLevel=1"),
                new ProcessSettings.Timing(
                        Duration.ofMillis(15),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(20),
                        Duration.ofMillis(100),
                        Duration.ofMillis(50)));
    }

    @Override
    public InputStream open(String digest) throws IOException {
        opened.incrementAndGet();
        if (failuresLeft.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            throw new IOException("503 slow down");
        }
        byte[] blob = blobs.get(digest);
        if (blob == null) {
            throw new ArtifactMissingException(digest);
        }
        return new ByteArrayInputStream(blob);
    }

    /** Files and folders there whose names end so. */
    List<Path> filesIn(Path where, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(where)) {
            return files.filter(file -> file.toString().endsWith(suffix)).sorted().toList();
        }
    }

    public String blob(byte[] content) {
        String digest = digest(content);
        blobs.put(digest, content);
        return digest;
    }

    /** Served under a digest that is not its own. */
    public void corrupt(String digest, byte[] content) {
        blobs.put(digest, content);
    }

    public static String digest(byte[] content) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    public static byte[] zip(Map<String, byte[]> entries) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                zip.putNextEntry(new ZipEntry(entry.getKey()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    public static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A good bundle with one model. */
    public Bundle bundle() {
        try {
            String service =
                    blob(
                            zip(
                                    Map.of(
                                            "service.yaml",
                                            bytes("name: documents"),
                                            "lib/a.jar",
                                            new byte[10])));
            String model = blob(bytes("a model"));
            TreeMap<String, Artifact> models = new TreeMap<>();
            models.put("detector", new Artifact("ppocr-det", 1, model));
            return new Bundle(new Artifact("documents", 1, service), models);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    public Bundle bundle(byte[] archive) {
        return new Bundle(new Artifact("documents", 1, blob(archive)), new TreeMap<>());
    }

    public ReplicaSpec replica(String behaviour) {
        return replica(bundle(), SMALL, Map.of("BEHAVIOUR", behaviour));
    }

    public ReplicaSpec replica(Bundle bundle, Resources resources, Map<String, String> env) {
        return new ReplicaSpec(
                "receipts-1-x" + numbers.incrementAndGet(),
                ENDPOINT,
                1,
                "cpu",
                0,
                new ReplicaSpec.Work(
                        bundle,
                        resources,
                        2,
                        1 << 20,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10),
                        new TreeMap<>(env)));
    }

    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    public static HttpResponse<String> get(int port, String path)
            throws IOException, InterruptedException {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
