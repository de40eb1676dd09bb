package dev.marmita.registry.blob;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sweeps every so often, until closed. */
public final class RegistrySweeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RegistrySweeper.class);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(10);

    private final Sweeper sweeper;
    private final ScheduledExecutorService timer;

    RegistrySweeper(Sweeper sweeper, Duration interval) {
        this.sweeper = sweeper;
        this.timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("registry-sweeper").daemon().factory());
        var unused =
                timer.scheduleWithFixedDelay(
                        this::quietly,
                        interval.toMillis(),
                        interval.toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /** Sweeps now, on the calling thread. */
    public void sweep() {
        sweeper.sweep();
    }

    /** A timer forgets a task that throws; the next round may do better. */
    private void quietly() {
        try {
            sweeper.sweep();
        } catch (RuntimeException error) {
            LOG.warn("sweep failed; the next one tries again", error);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            if (!timer.awaitTermination(LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("a sweep is still running");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
