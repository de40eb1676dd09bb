package dev.marmita.gateway;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Load;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the {@link DemandSink} what the gateway needs, on a thread of its own: a sink that blocks or
 * fails costs reports, not requests.
 */
final class DemandReporter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DemandReporter.class);
    private static final long PERIOD = Duration.ofSeconds(1).toNanos();
    private static final long SEEN = Duration.ofHours(1).toMillis();
    private static final int WAITING = 1_024;

    private sealed interface Note {
        record Wake(EndpointId endpoint) implements Note {}

        record Unreachable(EndpointId endpoint, String replica, String reason) implements Note {}

        record TableInForce() implements Note {}
    }

    private final DemandSink sink;
    private final Supplier<Collection<EndpointQueue>> endpoints;
    private final LongSupplier nanos;
    private final BlockingQueue<Note> notes = new ArrayBlockingQueue<>(WAITING);
    private final Thread thread;

    DemandReporter(
            DemandSink sink, Supplier<Collection<EndpointQueue>> endpoints, LongSupplier nanos) {
        this.sink = sink;
        this.endpoints = endpoints;
        this.nanos = nanos;
        this.thread = Thread.ofVirtual().name("gateway-demand").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** A full queue drops it: every second it is said again. */
    void wake(EndpointId endpoint) {
        var unused = notes.offer(new Note.Wake(endpoint));
    }

    void unreachable(EndpointId endpoint, String replica, String reason) {
        var unused = notes.offer(new Note.Unreachable(endpoint, replica, reason));
    }

    /** Somebody may wait for this gateway's word that it follows the new table. */
    void tableInForce() {
        var unused = notes.offer(new Note.TableInForce());
    }

    private void run() {
        long next = System.nanoTime() + PERIOD;
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Note note = notes.poll(next - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (note != null) {
                    safely(() -> pass(note));
                }
                if (System.nanoTime() - next >= 0) {
                    report();
                    next = System.nanoTime() + PERIOD;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass(Note note) {
        switch (note) {
            case Note.Wake wake -> sink.wake(wake.endpoint());
            case Note.Unreachable it -> sink.unreachable(it.endpoint(), it.replica(), it.reason());
            case Note.TableInForce() -> report();
        }
    }

    private void report() {
        long now = nanos.getAsLong();
        Collection<EndpointQueue> all = endpoints.get();
        Set<EndpointId> cold = new HashSet<>();
        List<Load> loads =
                all.stream()
                        .peek(queue -> noteCold(queue, cold))
                        .map(queue -> queue.load(now))
                        .filter(DemandReporter::worthTelling)
                        .toList();
        cold.forEach(endpoint -> safely(() -> sink.wake(endpoint)));
        safely(() -> sink.report(loads));
    }

    private static void noteCold(EndpointQueue queue, Set<EndpointId> cold) {
        if (queue.waitsCold()) {
            cold.add(queue.endpoint());
        }
    }

    private static boolean worthTelling(Load load) {
        return load.inFlight() > 0 || load.queued() > 0 || load.lastRequestAgoMillis() <= SEEN;
    }

    private void safely(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.warn("demand could not be reported and will be reported again", e);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
