package dev.marmita.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Keycloak as a child process, for one machine: with a realm {@code marmita}, a group, a user that is in it and one
 * that is not. It listens on the loopback address only. It comes up beside whoever starts it – the first time takes a
 * minute – is started again when it ends, and stops when this JVM ends, also by {@code kill -9}. Thread-safe.
 *
 * <p>Once it answers, the home's file {@code keycloak.json} says how to reach it.
 */
public final class EmbeddedKeycloak implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EmbeddedKeycloak.class);
    private static final String WHAT = "The embedded Keycloak";
    private static final String REALM = "marmita-realm.json";
    private static final Duration START = Duration.ofMinutes(4);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final long MAX_LOG_BYTES = 16L << 20;

    /** The client of the platform in the realm; it may manage users and clients there. */
    public static final String PLATFORM_CLIENT = "marmita-platform";

    /** The public client by which people sign in at the console. */
    public static final String CONSOLE_CLIENT = "marmita-console";

    /**
     * @param distribution {@code keycloak-quarkus-dist-….tar.gz}
     * @param home the folder of programs and data; made where missing
     * @param port where to listen on 127.0.0.1; 0 chooses a free port and keeps it in home for the next start
     */
    public record Settings(Path distribution, Path home, int port) {
        public Settings {
            distribution = distribution.toAbsolutePath().normalize();
            home = home.toAbsolutePath().normalize();
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port must be 0 to 65535, is " + port);
            }
        }
    }

    private final Settings settings;
    private final HomeLock lock;
    private final KeycloakSecrets secrets;
    private final int port;
    private final Thread supervisor;
    private final Object monitor = new Object();
    private @Nullable WatchedProcess process; // guarded by monitor
    private boolean closed; // guarded by monitor

    private EmbeddedKeycloak(Settings settings, HomeLock lock, KeycloakSecrets secrets, int port) {
        this.settings = settings;
        this.lock = lock;
        this.secrets = secrets;
        this.port = port;
        this.supervisor = Thread.ofVirtual().name("keycloak-supervisor").unstarted(this::supervise);
    }

    /**
     * Returns at once; the server comes up beside.
     *
     * @throws EmbeddedStartException when there is no such distribution, the port is taken or the home is in use
     */
    public static EmbeddedKeycloak start(Settings settings) {
        if (!Files.isRegularFile(settings.distribution())) {
            throw new EmbeddedStartException(
                    "There is no Keycloak distribution at " + settings.distribution());
        }
        try {
            Path home = PrivateFile.folder(settings.home());
            HomeLock lock = HomeLock.acquire(home, WHAT);
            boolean started = false;
            try {
                Files.deleteIfExists(home.resolve("keycloak.json"));
                EmbeddedKeycloak keycloak =
                        new EmbeddedKeycloak(
                                settings,
                                lock,
                                KeycloakSecrets.of(home.resolve("secrets.properties")),
                                new PortFile(home.resolve("port")).choose(settings.port(), WHAT));
                keycloak.supervisor.start();
                started = true;
                return keycloak;
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

    /** As in the tokens of the realm. */
    public String issuer() {
        return url() + "/realms/marmita";
    }

    /** Secret of {@link #PLATFORM_CLIENT}. */
    public String platformSecret() {
        return secrets.platform();
    }

    private String url() {
        return "http://127.0.0.1:" + port;
    }

    private void supervise() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!isClosed()) {
                long began = System.nanoTime();
                try {
                    run();
                } catch (IOException | EmbeddedStartException failure) {
                    log.warn("Keycloak: {}", failure.getMessage());
                }
                if (System.nanoTime() - began > START.toNanos()) {
                    pause = FIRST_PAUSE;
                }
                Thread.sleep(ThreadLocalRandom.current().nextLong(pause.toMillis()) + 500);
                Duration next = pause.multipliedBy(2);
                pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** From nothing to the server's end. */
    private void run() throws IOException, InterruptedException {
        Path logFile = settings.home().resolve("keycloak.log");
        if (Files.exists(logFile) && Files.size(logFile) > MAX_LOG_BYTES) {
            Files.write(logFile, new byte[0]);
        }
        KeycloakDistribution distribution =
                KeycloakDistribution.prepare(settings.distribution(), settings.home(), logFile);
        writeRealm(distribution);
        WatchedProcess started;
        synchronized (monitor) {
            if (closed) {
                return;
            }
            started = launch(distribution, logFile);
            process = started;
        }
        try {
            awaitReady(started, logFile);
            writeConnection();
            log.info("Keycloak is up: {}", url());
            int status = started.awaitEnd();
            if (!isClosed()) {
                log.warn("Keycloak ended by itself (exit {}); it is started again", status);
            }
        } finally {
            started.stop();
            Files.deleteIfExists(settings.home().resolve("keycloak.json"));
        }
    }

    private WatchedProcess launch(KeycloakDistribution distribution, Path logFile)
            throws IOException {
        return WatchedProcess.start(
                distribution.command(
                        List.of(
                                "start",
                                "--optimized",
                                "--import-realm",
                                "--cache=local",
                                "--http-enabled=true",
                                "--http-host=127.0.0.1",
                                "--http-port=" + port,
                                "--hostname=" + url())),
                Map.of(
                        "KC_BOOTSTRAP_ADMIN_USERNAME",
                        "admin",
                        "KC_BOOTSTRAP_ADMIN_PASSWORD",
                        secrets.administrator()),
                distribution.folder(),
                logFile,
                KeycloakDistribution.STOP);
    }

    /** It is imported where the realm is not there yet. */
    private void writeRealm(KeycloakDistribution distribution) throws IOException {
        try (InputStream in = EmbeddedKeycloak.class.getResourceAsStream(REALM)) {
            String realm = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            Path folder = distribution.folder().resolve("data/import");
            Files.createDirectories(folder);
            PrivateFile.write(
                    folder.resolve(REALM),
                    realm.replace("$PLATFORM_SECRET$", secrets.platform())
                            .replace("$PASSWORD_ANA$", secrets.member())
                            .replace("$PASSWORD_BRUNO$", secrets.outsider()));
        }
    }

    private void awaitReady(WatchedProcess started, Path logFile)
            throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        HttpRequest discovery =
                HttpRequest.newBuilder(URI.create(issuer() + "/.well-known/openid-configuration"))
                        .timeout(Duration.ofSeconds(5))
                        .build();
        try (HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build()) {
            while (!answers(http, discovery)) {
                if (!started.isAlive()) {
                    throw new EmbeddedStartException(
                            "Keycloak ended at its start; more in " + logFile);
                }
                if (System.nanoTime() > deadline) {
                    throw new EmbeddedStartException(
                            "Keycloak was not ready in time; more in " + logFile);
                }
                Thread.sleep(POLL);
            }
        }
    }

    private static boolean answers(HttpClient http, HttpRequest page) throws InterruptedException {
        try {
            return http.send(page, BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private void writeConnection() throws IOException {
        PrivateFile.write(
                settings.home().resolve("keycloak.json"),
                """
                {"url":"%s","issuer":"%s","admin":"admin","adminPassword":"%s","tokenClient":"marmita-curl",\
                "group":"/clientes/demo/leitores","member":"ana","memberPassword":"%s",\
                "outsider":"bruno","outsiderPassword":"%s"}
                """
                        .formatted(
                                url(),
                                issuer(),
                                secrets.administrator(),
                                secrets.member(),
                                secrets.outsider()));
    }

    private boolean isClosed() {
        synchronized (monitor) {
            return closed;
        }
    }

    /** Stops the server and frees the home. Idempotent. */
    @Override
    public void close() {
        WatchedProcess last;
        synchronized (monitor) {
            if (closed) {
                return;
            }
            closed = true;
            last = process;
        }
        supervisor.interrupt();
        if (last != null) {
            last.stop();
        }
        try {
            supervisor.join(Duration.ofSeconds(30));
            lock.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
