package dev.marmita.platform.deployments;

import dev.marmita.platform.postgres.Channel;
import dev.marmita.platform.postgres.PostgresPool;
import dev.marmita.platform.postgres.Signals;
import dev.marmita.registry.LabelMove;
import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.Scheduler;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * The scheduler's life and ears: it runs between the database and the web server, and hears of waiting requests and moved
 * labels, whichever process they come from.
 */
@Component
class SchedulerSignals implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(SchedulerSignals.class);

    private final Scheduler scheduler;
    private final Signals signals;
    private final PostgresPool pool;
    private volatile boolean running;

    SchedulerSignals(Scheduler scheduler, Signals signals, PostgresPool pool) {
        this.scheduler = scheduler;
        this.signals = signals;
        this.pool = pool;
    }

    @Override
    public void start() {
        signals.on(Channel.WAKE, payload -> endpoint(payload).ifPresent(scheduler::demand));
        signals.on(Channel.CHANGED, payload -> endpoint(payload).ifPresent(scheduler::nudge));
        signals.on(
                Channel.LABELS,
                payload -> {
                    if (!payload.equals(Signals.RESYNC)) {
                        scheduler.labelsMoved();
                    }
                });
        scheduler.start();
        running = true;
    }

    /** Told to all processes: only one of them has the scheduler that leads. */
    @EventListener
    void moved(LabelMove move) {
        try {
            pool.tell(Channel.LABELS, move.name());
        } catch (DataAccessException gone) {
            LOG.warn("a moved label is noticed later: {}", gone.toString());
        }
    }

    /** Told to all processes, as above: the one that leads need not be the one that was asked. */
    void changed(EndpointId endpoint) {
        try {
            pool.tell(Channel.CHANGED, endpoint.toString());
        } catch (DataAccessException gone) {
            LOG.warn("a changed deployment is noticed later: {}", gone.toString());
        }
    }

    /** Empty for a resync: gateways ask again every second, the scheduler looks by itself. */
    private static Optional<EndpointId> endpoint(String payload) {
        int slash = payload.indexOf('/');
        if (slash < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    EndpointId.of(payload.substring(0, slash), payload.substring(slash + 1)));
        } catch (IllegalArgumentException notOurs) {
            LOG.warn("a signal that names no endpoint: {}", payload);
            return Optional.empty();
        }
    }

    @Override
    public void stop() {
        running = false;
        scheduler.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the web server takes requests, and after it stopped. */
    @Override
    public int getPhase() {
        return 0;
    }
}
