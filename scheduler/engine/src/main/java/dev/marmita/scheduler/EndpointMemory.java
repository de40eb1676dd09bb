package dev.marmita.scheduler;

import dev.marmita.routing.Route;
import dev.marmita.scheduler.DeploymentStore.Row;
import dev.marmita.scheduler.plan.Autoscaler;
import dev.marmita.scheduler.plan.Health;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What the reconciler remembers of an endpoint between two looks. All of it can be lost: the rows and
 * the backend say enough to go on. Only {@link #stale}, {@link #republish} and {@link #demandAt} are
 * touched by other threads than the one that works on the endpoint.
 */
final class EndpointMemory {

    /** A replica that was taken out of the route of that generation. */
    record Draining(Instant since, long routeGeneration) {}

    /** The rows, as last read. */
    record Snapshot(Row row, Map<Long, Revision> revisions) {}

    /** Set when the rows may have changed. */
    volatile boolean stale = true;

    /** Set when the route shall be published though it has not changed. */
    volatile boolean republish;

    final AtomicReference<@Nullable Instant> demandAt = new AtomicReference<>();

    @Nullable Snapshot snapshot;
    boolean seenBefore;
    Autoscaler.State scale = Autoscaler.State.EMPTY;
    final Map<Long, Health> health = new HashMap<>();
    final Set<String> counted = new HashSet<>();
    final Set<String> announcedReady = new HashSet<>();
    final Map<String, Draining> draining = new HashMap<>();
    Optional<String> noCapacity = Optional.empty();
    @Nullable Route route;
    boolean routeRemoved;
    @Nullable DeploymentStatus status;
    final List<Event> events = new ArrayList<>();

    /** Epoch of the lease in which all this was learnt. */
    long epoch;

    /** Forgets all but the signals: another leader may have acted since. */
    void reset(long newEpoch) {
        epoch = newEpoch;
        snapshot = null;
        stale = true;
        seenBefore = false;
        scale = Autoscaler.State.EMPTY;
        health.clear();
        counted.clear();
        announcedReady.clear();
        draining.clear();
        noCapacity = Optional.empty();
        route = null;
        routeRemoved = false;
        status = null;
        events.clear();
    }

    void forget(String replica) {
        counted.remove(replica);
        announcedReady.remove(replica);
        draining.remove(replica);
    }

    /** Bounded: what could not be written for long is no news any more. */
    void event(Event event) {
        if (events.size() < 100) {
            events.add(event);
        }
    }
}
