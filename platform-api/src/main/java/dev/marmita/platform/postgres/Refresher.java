package dev.marmita.platform.postgres;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does one thing again whenever it is asked to, on a thread of its own, never twice at once; requests that come while
 * it works make one more run together. A run that fails is repeated with growing pauses.
 */
final class Refresher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Refresher.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final String what;
    private final Runnable work;
    private final Semaphore asked = new Semaphore(0);
    private final Thread thread;

    Refresher(String what, Runnable work) {
        this.what = what;
        this.work = work;
        this.thread = Thread.ofVirtual().name(what).start(this::run);
    }

    void ask() {
        asked.release();
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                asked.acquire();
                asked.drainPermits();
                try {
                    work.run();
                    pause = FIRST_PAUSE;
                } catch (RuntimeException failure) {
                    LOG.warn("{} failed, again soon: {}", what, failure.getMessage());
                    double jitter = ThreadLocalRandom.current().nextDouble(0.8, 1.2);
                    Thread.sleep((long) (pause.toMillis() * jitter));
                    pause = pause.multipliedBy(2);
                    pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
                    asked.release();
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
