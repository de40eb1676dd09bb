package dev.marmita.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of our own, as a child process: durable (fsync on, data checksums), reachable from this
 * machine only and only with a password. It is restarted on the same port when it is killed, and it stops when
 * this JVM ends, also by {@code kill -9}. Thread-safe.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(EmbeddedPostgres.class);
    private static final String WHAT = "The embedded PostgreSQL";
    private static final int PORT_ATTEMPTS = 3;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    private static final Duration LOG_CHECK = Duration.ofMinutes(1);

    /**
     * @param home the folder of programs, data and password; made where missing
     * @param port where to listen on 127.0.0.1; 0 chooses a free port and keeps it in home for the next start
     */
    public record Settings(Path home, int port) {
        public Settings {
            home = home.toAbsolutePath().normalize();
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port must be 0 to 65535, is " + port);
            }
        }
    }

    private final HomeLock lock;
    private final PostgresBinaries binaries;
    private final PostgresCluster cluster;
    private final Identity identity;
    private final Path logFile;
    private final int port;
    private final Thread supervisor;
    private final Object monitor = new Object();
    private PostgresProcess process; // guarded by monitor
    private boolean closed; // guarded by monitor

    private EmbeddedPostgres(
            HomeLock lock,
            PostgresBinaries binaries,
            PostgresCluster cluster,
            Identity identity,
            Path logFile,
            Running running) {
        this.lock = lock;
        this.binaries = binaries;
        this.cluster = cluster;
        this.identity = identity;
        this.logFile = logFile;
        this.port = running.port();
        this.process = running.process();
        this.supervisor = Thread.ofVirtual().name("postgres-supervisor").unstarted(this::supervise);
    }

    private record Running(int port, PostgresProcess process) {}

    /**
     * Unpacks the programs and makes the data folder where they are not there yet, starts the server and returns
     * when it takes connections.
     *
     * @throws EmbeddedStartException when it cannot start or the home is in use; nothing is left running then
     */
    public static EmbeddedPostgres start(Settings settings) {
        try {
            Path home = PrivateFile.folder(settings.home());
            HomeLock lock = HomeLock.acquire(home, WHAT);
            boolean started = false;
            try {
                EmbeddedPostgres postgres = start(home, settings.port(), lock);
                started = true;
                return postgres;
            } finally {
                if (!started) {
                    lock.close();
                }
            }
        } catch (IOException failure) {
            throw new EmbeddedStartException(
                    "%s in %s could not start: %s".formatted(WHAT, settings.home(), failure),
                    failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new EmbeddedStartException("interrupted while PostgreSQL started", interrupted);
        }
    }

    private static EmbeddedPostgres start(Path home, int wantedPort, HomeLock lock)
            throws IOException, InterruptedException {
        Identity identity = Identity.choose(home);
        PostgresCluster.admit(home, identity);
        PostgresBinaries binaries = PostgresBinaries.unpack(home);
        PostgresCluster cluster = PostgresCluster.open(home, binaries, identity);
        Path logFile = home.resolve("postgres.log");
        Running running = startOnFreePort(home, wantedPort, cluster, binaries, identity, logFile);
        EmbeddedPostgres postgres =
                new EmbeddedPostgres(lock, binaries, cluster, identity, logFile, running);
        postgres.supervisor.start();
        return postgres;
    }

    private static Running startOnFreePort(
            Path home,
            int wanted,
            PostgresCluster cluster,
            PostgresBinaries binaries,
            Identity identity,
            Path logFile)
            throws IOException, InterruptedException {
        PostmasterFile.stopLeftBehind(cluster.data()); // it may hold the remembered port
        PortFile ports = new PortFile(home.resolve("port"));
        int port = ports.choose(wanted, WHAT);
        for (int attempt = 1; ; attempt++) {
            try {
                return new Running(
                        port, PostgresProcess.start(cluster, binaries, identity, port, logFile));
            } catch (EmbeddedStartException failure) {
                boolean portWasTaken = wanted == 0 && !PortFile.isFree(port);
                if (!portWasTaken || attempt == PORT_ATTEMPTS) {
                    throw failure;
                }
                port = ports.renew();
            }
        }
    }

    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port);
    }

    public int port() {
        return port;
    }

    public String user() {
        return PostgresCluster.USER;
    }

    public String password() {
        return cluster.password();
    }

    private void supervise() {
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                PostgresProcess current = current();
                long started = System.nanoTime();
                int status = awaitEnd(current);
                if (isClosed()) {
                    return;
                }
                if (System.nanoTime() - started > LONGEST_PAUSE.toNanos()) {
                    pause = FIRST_PAUSE;
                }
                log.warn("PostgreSQL ended by itself (exit {}); it is started again", status);
                pause = restart(pause);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private int awaitEnd(PostgresProcess current) throws InterruptedException {
        Thread trimmer = Thread.ofVirtual().name("postgres-log").start(() -> trim(current));
        try {
            return current.awaitEnd();
        } finally {
            trimmer.interrupt();
        }
    }

    private static void trim(PostgresProcess current) {
        try {
            while (true) {
                Thread.sleep(LOG_CHECK);
                current.trimLog();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (IOException | UncheckedIOException failure) {
            log.warn("the log of PostgreSQL could not be trimmed", failure);
        }
    }

    /** Starts the server again on its port, as often as it takes; returns the pause for the next time. */
    private Duration restart(Duration pause) throws InterruptedException {
        Duration next = pause;
        while (true) {
            long jitter = ThreadLocalRandom.current().nextLong(next.toMillis() / 2 + 1);
            Thread.sleep(next.toMillis() / 2 + jitter);
            next =
                    next.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
                            ? LONGEST_PAUSE
                            : next.multipliedBy(2);
            synchronized (monitor) {
                if (closed) {
                    return next;
                }
                try {
                    process = PostgresProcess.start(cluster, binaries, identity, port, logFile);
                    log.info("PostgreSQL is up again on port {}", port);
                    return next;
                } catch (EmbeddedStartException | IOException failure) {
                    log.warn("PostgreSQL could not be started again: {}", failure.getMessage());
                }
            }
        }
    }

    private PostgresProcess current() {
        synchronized (monitor) {
            return process;
        }
    }

    private boolean isClosed() {
        synchronized (monitor) {
            return closed;
        }
    }

    /** Stops the server and frees the home. What was committed stays. Idempotent. */
    @Override
    public void close() {
        PostgresProcess last;
        synchronized (monitor) {
            if (closed) {
                return;
            }
            closed = true;
            last = process;
        }
        supervisor.interrupt();
        last.stop();
        try {
            lock.close();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
