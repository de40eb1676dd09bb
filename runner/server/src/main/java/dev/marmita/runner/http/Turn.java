package dev.marmita.runner.http;

import dev.marmita.runner.work.InferencePool;
import dev.marmita.runner.work.Job;
import dev.marmita.runner.work.RequestScope;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The right of a thread beside the inference threads to compute: one of them stands still for it
 * meanwhile. So conversations and requests together are never more at work than the runner's
 * concurrency, and a conversation that waits costs nobody anything. For one thread.
 */
final class Turn implements AutoCloseable {

    private static final long LOOK_MILLIS = 100;
    private static final long AGAIN_MILLIS = 10;

    private final InferencePool pool;
    private final RequestScope scope;
    private @Nullable Place place;
    private boolean first = true;

    Turn(InferencePool pool, RequestScope scope) {
        this.pool = pool;
        this.scope = scope;
    }

    /**
     * Waits for a turn, where it has none.
     *
     * @throws RefusedException the first time, where too many wait
     * @throws CancellationException where nobody waits for the answer any more
     */
    void take() {
        if (place != null) {
            return;
        }
        Place wanted = new Place(scope);
        while (!pool.offer(wanted)) {
            if (first) {
                throw RefusedException.unprocessed("too many requests wait here; try again");
            }
            requireWanted();
            pause();
        }
        first = false;
        while (!wanted.granted()) {
            if (scope.cancelled() && wanted.abandon()) {
                requireWanted();
            }
        }
        place = wanted;
        requireWanted();
    }

    /** Lets others work. Idempotent. */
    void give() {
        Place held = place;
        if (held != null) {
            held.end.countDown();
            place = null;
        }
    }

    @Override
    public void close() {
        give();
    }

    private void requireWanted() {
        if (scope.cancelled()) {
            throw new CancellationException("the caller is gone or the deadline has passed");
        }
    }

    private static void pause() {
        try {
            Thread.sleep(AGAIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    /** The place of one turn in the queue of requests. */
    private static final class Place implements Job {

        private final RequestScope scope;
        private final AtomicBoolean settled = new AtomicBoolean();
        private final CountDownLatch start = new CountDownLatch(1);
        private final CountDownLatch end = new CountDownLatch(1);

        Place(RequestScope scope) {
            this.scope = scope;
        }

        @Override
        public RequestScope scope() {
            return scope;
        }

        @Override
        public void run() {
            if (!settled.compareAndSet(false, true)) {
                return;
            }
            start.countDown();
            boolean interrupted = false;
            while (true) {
                try {
                    end.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        /** Waits a moment for it. */
        boolean granted() {
            try {
                return start.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                if (!abandon()) {
                    end.countDown();
                }
                throw new CancellationException("interrupted");
            }
        }

        /** Whether it will never be granted. */
        boolean abandon() {
            return settled.compareAndSet(false, true);
        }
    }
}
