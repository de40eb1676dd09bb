package dev.marmita.platform.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to {@code NOTIFY} on a connection of its own, and connects again, with growing pauses, for as long as it
 * takes. What was told meanwhile is lost: listeners are called with {@link #RESYNC} after each connect and every few
 * seconds, and look for themselves.
 */
public final class Signals implements AutoCloseable {

    /** The payload that says: look yourself, something may have been missed. */
    public static final String RESYNC = "";

    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
    private static final Duration POLL = Duration.ofSeconds(5);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** Opens connections that no pool keeps. */
    @FunctionalInterface
    public interface Connector {
        Connection connect() throws SQLException;
    }

    private final Connector connector;
    private final Map<Channel, CopyOnWriteArrayList<Consumer<String>>> listeners;
    private final Thread thread;
    private volatile boolean closed;
    private volatile @Nullable Connection connection;

    public Signals(Connector connector) {
        this.connector = connector;
        this.listeners =
                Stream.of(Channel.values())
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        channel -> channel, _ -> new CopyOnWriteArrayList<>()));
        this.thread = Thread.ofVirtual().name("postgres-signals").unstarted(this::listen);
    }

    public void start() {
        thread.start();
    }

    /**
     * @param listener is called on the one listening thread: quick, and not to throw
     */
    public Subscription on(Channel channel, Consumer<String> listener) {
        CopyOnWriteArrayList<Consumer<String>> all = listenersOf(channel);
        all.add(listener);
        return () -> all.remove(listener);
    }

    /** Ends the calls to one listener. */
    @FunctionalInterface
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    private CopyOnWriteArrayList<Consumer<String>> listenersOf(Channel channel) {
        var all = listeners.get(channel);
        if (all == null) {
            throw new IllegalStateException("no such channel: " + channel);
        }
        return all;
    }

    private void listen() {
        Duration pause = FIRST_PAUSE;
        while (!closed) {
            try (Connection current = connector.connect()) {
                connection = current;
                subscribe(current);
                LOG.debug("listening to the database");
                pause = FIRST_PAUSE;
                deliver(current);
            } catch (SQLException | RuntimeException gone) {
                if (closed) {
                    return;
                }
                LOG.warn(
                        "no signals from the database, again in {} ms: {}",
                        pause.toMillis(),
                        gone.getMessage());
                if (!sleep(pause)) {
                    return;
                }
                pause = pause.multipliedBy(2);
                pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
            } finally {
                connection = null;
            }
        }
    }

    private static void subscribe(Connection current) throws SQLException {
        current.setAutoCommit(true);
        try (Statement statement = current.createStatement()) {
            for (Channel channel : Channel.values()) {
                statement.execute("listen " + channel.sqlName());
            }
        }
    }

    private void deliver(Connection current) throws SQLException {
        PGConnection postgres = current.unwrap(PGConnection.class);
        resync();
        long lastResync = System.nanoTime();
        while (!closed) {
            PGNotification[] told = postgres.getNotifications((int) POLL.toMillis());
            for (PGNotification each : told == null ? new PGNotification[0] : told) {
                for (Channel channel : Channel.values()) {
                    if (channel.sqlName().equals(each.getName())) {
                        call(channel, each.getParameter());
                    }
                }
            }
            if (System.nanoTime() - lastResync >= POLL.toNanos()) {
                // also finds out about a connection whose other end is gone without a word
                if (!current.isValid((int) POLL.toSeconds())) {
                    throw new SQLException("the connection is dead");
                }
                resync();
                lastResync = System.nanoTime();
            }
        }
    }

    private void resync() {
        for (Channel channel : Channel.values()) {
            call(channel, RESYNC);
        }
    }

    private void call(Channel channel, String payload) {
        for (Consumer<String> listener : listenersOf(channel)) {
            try {
                listener.accept(payload);
            } catch (RuntimeException bug) {
                LOG.error("a listener to {} failed", channel, bug);
            }
        }
    }

    private boolean sleep(Duration pause) {
        try {
            double jitter = ThreadLocalRandom.current().nextDouble(0.8, 1.2);
            Thread.sleep((long) (pause.toMillis() * jitter));
            return true;
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        Connection current = connection;
        if (current != null) {
            try {
                current.abort(Runnable::run);
            } catch (SQLException alreadyGone) {
                LOG.debug("closing: {}", alreadyGone.toString());
            }
        }
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
