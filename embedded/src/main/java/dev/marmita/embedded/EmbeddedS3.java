package dev.marmita.embedded;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/**
 * An S3 server inside this JVM that keeps objects as files: Signature V4 with one key pair, reachable from this
 * machine only. No versioning, tagging or bucket policies; a key must not be a folder of another key, nor hold an
 * empty segment or one over 255 bytes. Thread-safe.
 */
public final class EmbeddedS3 implements AutoCloseable {
    private static final String WHAT = "The embedded S3 server";
    private static final int PORT_ATTEMPTS = 3;
    private static final int MAX_THREADS = 64;
    private static final long STOP_MILLIS = 5_000;

    /**
     * @param home the folder of the objects; made where missing
     * @param port where to listen on 127.0.0.1; 0 chooses a free port and keeps it in home for the next start
     */
    public record Settings(Path home, int port, String accessKey, String secretKey) {
        public Settings {
            home = home.toAbsolutePath().normalize();
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port must be 0 to 65535, is " + port);
            }
            if (accessKey.isBlank() || secretKey.isBlank()) {
                throw new IllegalArgumentException(
                        "the embedded S3 server needs an access key and a secret key");
            }
        }

        @Override
        public String toString() {
            return "Settings[home=%s, port=%d, accessKey=%s]".formatted(home, port, accessKey);
        }
    }

    private final HomeLock lock;
    private final S3Proxy server;
    private final URI endpoint;
    private boolean closed; // guarded by this

    private EmbeddedS3(HomeLock lock, S3Proxy server, URI endpoint) {
        this.lock = lock;
        this.server = server;
        this.endpoint = endpoint;
    }

    /**
     * Returns when it answers requests.
     *
     * @throws EmbeddedStartException when it cannot start or the home is in use; nothing is left running then
     */
    public static EmbeddedS3 start(Settings settings) {
        try {
            Path home = PrivateFile.folder(settings.home());
            HomeLock lock = HomeLock.acquire(home, WHAT);
            boolean started = false;
            try {
                EmbeddedS3 s3 = start(home, settings, lock);
                started = true;
                return s3;
            } finally {
                if (!started) {
                    lock.close();
                }
            }
        } catch (IOException failure) {
            throw new EmbeddedStartException(
                    "%s in %s could not start: %s".formatted(WHAT, settings.home(), failure),
                    failure);
        }
    }

    private static EmbeddedS3 start(Path home, Settings settings, HomeLock lock)
            throws IOException {
        Path objects = Files.createDirectories(home.resolve("objects"));
        PortFile ports = new PortFile(home.resolve("port"));
        int port = ports.choose(settings.port(), WHAT);
        for (int attempt = 1; ; attempt++) {
            URI endpoint = URI.create("http://127.0.0.1:" + port);
            try {
                return new EmbeddedS3(lock, serve(objects, endpoint, settings), endpoint);
            } catch (IOException failure) {
                boolean portWasTaken = settings.port() == 0 && !PortFile.isFree(port);
                if (!portWasTaken || attempt == PORT_ATTEMPTS) {
                    throw failure;
                }
                port = ports.renew();
            }
        }
    }

    private static S3Proxy serve(Path objects, URI endpoint, Settings settings) throws IOException {
        S3Proxy server =
                S3Proxy.builder()
                        .blobStore(new FilesystemNio2BlobStore(objects.toString()))
                        .endpoint(endpoint)
                        .awsAuthentication(
                                AuthenticationType.AWS_V4,
                                settings.accessKey(),
                                settings.secretKey())
                        .jettyMaxThreads(MAX_THREADS)
                        .stopTimeout(STOP_MILLIS)
                        .build();
        try {
            server.start();
            return server;
        } catch (IOException failure) {
            stop(server);
            throw failure;
        } catch (Exception failure) { // S3Proxy declares no narrower one
            stop(server);
            throw new IOException(failure);
        }
    }

    private static void stop(S3Proxy server) throws IOException {
        try {
            server.stop();
        } catch (Exception failure) { // S3Proxy declares no narrower one
            throw new IOException("the embedded S3 server did not stop", failure);
        }
    }

    public URI endpoint() {
        return endpoint;
    }

    /** Stops the server and frees the home; requests under way get a moment to end. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (lock) {
            stop(server);
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
