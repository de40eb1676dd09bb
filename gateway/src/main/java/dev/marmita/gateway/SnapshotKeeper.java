package dev.marmita.gateway;

import dev.marmita.routing.RouteTable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the routes in force to disk soon after they change, at most once every half second: of many
 * tables in a row only the last is written. A full disk costs the snapshot, not the service; it is tried
 * again.
 */
final class SnapshotKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SnapshotKeeper.class);
    private static final Duration SETTLE = Duration.ofMillis(500);
    private static final Duration AGAIN = Duration.ofSeconds(10);

    private final SnapshotFile file;
    private final AtomicReference<@Nullable RouteTable> pending = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean closing;

    SnapshotKeeper(SnapshotFile file) {
        this.file = file;
        this.thread = Thread.ofPlatform().name("gateway-snapshot").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    void changed(RouteTable table) {
        pending.set(table);
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closing) {
            if (pending.get() == null) {
                LockSupport.park(this);
            } else {
                rest(SETTLE);
                if (!write()) {
                    rest(AGAIN);
                }
            }
        }
        write();
    }

    private void rest(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0 && !closing; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    private boolean write() {
        RouteTable table = pending.getAndSet(null);
        if (table == null) {
            return true;
        }
        try {
            file.write(table);
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.warn("the routes could not be kept on disk; will be tried again", e);
            pending.compareAndSet(null, table);
            return false;
        }
    }

    /** Writes what is pending. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
