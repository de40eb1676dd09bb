package dev.marmita.platform.identity;

import dev.marmita.platform.identity.ProvisioningStore.Finding;
import dev.marmita.platform.postgres.Channel;
import dev.marmita.platform.postgres.Signals;
import dev.marmita.routing.EndpointId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Keeps realms as deployments ask: at once after a change, every minute anyway, with growing pauses while one is down. */
final class AccessProvisioner implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(AccessProvisioner.class);
    private static final Duration RESYNC = Duration.ofMinutes(1);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration STOP = Duration.ofSeconds(10);

    private final List<AccessReconciler> reconcilers;
    private final ProvisioningStore store;
    private final Signals signals;
    private final Semaphore asked = new Semaphore(0);
    private volatile @Nullable Thread thread;

    AccessProvisioner(
            List<AccessReconciler> reconcilers, ProvisioningStore store, Signals signals) {
        this.reconcilers = List.copyOf(reconcilers);
        this.store = store;
        this.signals = signals;
    }

    @Override
    public void start() {
        if (reconcilers.isEmpty()) {
            thread = Thread.ofVirtual().name("access-provisioner").start(this::reconcile);
            return;
        }
        signals.on(
                Channel.CHANGED,
                payload -> {
                    if (!payload.equals(Signals.RESYNC)) {
                        asked.release();
                    }
                });
        thread = Thread.ofVirtual().name("access-provisioner").start(this::run);
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        try {
            while (true) {
                boolean done = reconcile();
                pause = done ? FIRST_PAUSE : doubled(pause);
                await(done ? RESYNC : pause, done);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Until something changes, or the pause is over; while a realm is down not more often than every second. */
    private void await(Duration pause, boolean done) throws InterruptedException {
        if (!done) {
            Thread.sleep(FIRST_PAUSE);
        }
        long millis = (long) (pause.toMillis() * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
        if (asked.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
            asked.drainPermits();
        }
    }

    private static Duration doubled(Duration pause) {
        Duration next = pause.multipliedBy(2);
        return next.compareTo(RESYNC) > 0 ? RESYNC : next;
    }

    private boolean reconcile() {
        try {
            Map<EndpointId, Finding> findings = new HashMap<>();
            boolean done = true;
            for (AccessReconciler each : reconcilers) {
                Map<EndpointId, Finding> its = new HashMap<>();
                done &= each.reconcile(its) == AccessReconciler.Outcome.DONE;
                // Where two issuers concern a deployment, what is wrong is said.
                its.forEach(
                        (endpoint, finding) ->
                                findings.merge(endpoint, finding, (a, b) -> a.done() ? b : a));
            }
            store.save(findings);
            return done;
        } catch (RuntimeException failure) {
            LOG.warn("access could not be provisioned, again soon: {}", failure.toString());
            return false;
        }
    }

    @Override
    public void stop() {
        Thread running = thread;
        thread = null;
        if (running != null) {
            running.interrupt();
            try {
                running.join(STOP);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }

    /** After the scheduler, before the web server. */
    @Override
    public int getPhase() {
        return 1;
    }
}
