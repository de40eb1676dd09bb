package dev.marmita.gateway;

import dev.marmita.routing.RouteTable;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the tables that the source delivers in force, in the order that {@link RouteBook} decides. */
final class RouteFollower implements Consumer<RouteTable> {

    private static final Logger LOG = LoggerFactory.getLogger(RouteFollower.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final RouteBook book = new RouteBook();
    private final Directory directory;
    private final Consumer<RouteTable> keep;
    private final LongSupplier nanos;

    /**
     * @param keep takes each table that came into force from the source
     */
    RouteFollower(Directory directory, Consumer<RouteTable> keep, LongSupplier nanos) {
        this.directory = directory;
        this.keep = keep;
        this.nanos = nanos;
    }

    void restore(RouteTable snapshot) {
        lock.lock();
        try {
            if (book.restore(snapshot)) {
                directory.apply(snapshot, nanos.getAsLong());
                LOG.info("serving by the routes of the last run, version {}", snapshot.version());
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void accept(RouteTable table) {
        long now = nanos.getAsLong();
        lock.lock();
        try {
            if (book.accept(table, now)) {
                inForce(now);
            } else {
                LOG.info(
                        "route table {} is older than {} and set aside",
                        table.version(),
                        book.current().version());
            }
        } finally {
            lock.unlock();
        }
    }

    /** To be called about every second. */
    void recheck() {
        long now = nanos.getAsLong();
        lock.lock();
        try {
            if (book.waiting() && book.recheck(now)) {
                LOG.warn(
                        "the source insists on route table {}: taken though it is older",
                        book.current().version());
                inForce(now);
            }
        } finally {
            lock.unlock();
        }
    }

    private void inForce(long now) {
        directory.apply(book.current(), now);
        keep.accept(book.current());
    }
}
