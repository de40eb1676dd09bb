package dev.marmita.gateway;

import dev.marmita.gateway.ReplicaPicker.Group;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Load;
import dev.marmita.routing.Route;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The places at one endpoint's replicas and the requests that wait for one, first come, first served.
 *
 * <p>A request that finds no usable replica waits <em>cold</em>: for one to appear. A replica that leaves
 * the route gets nothing new, and what it has at hand goes on. Thread-safe; holds its lock for
 * bookkeeping only. Time comes in as {@code System.nanoTime()} values.
 */
final class EndpointQueue {

    /** What is to be told to the world outside of the lock. Called on any thread; must not block. */
    interface Events {
        /** The first request waits cold. */
        void wake(EndpointId endpoint);

        void putAside(EndpointId endpoint, String replica, Lease.Outcome why);

        /** {@link EndpointQueue#drain} is to be called then. */
        void drainAt(EndpointQueue queue, long nanos);
    }

    sealed interface Admission {
        record Granted(Lease lease) implements Admission {}

        record Queued(boolean cold) implements Admission {}

        record Refused(Refusal refusal) implements Admission {}

        /** Nothing is known here of the replica that is meant. */
        record Unknown() implements Admission {}
    }

    private static final int MAX_QUESTIONS = 64;
    private static final long NO_REVISION = 0;

    private record Told(Waiter waiter, Lease lease) {}

    private final EndpointId endpoint;
    private final Events events;
    private final ReplicaPicker picker;
    private final RandomGenerator random;

    private Route route;
    private boolean removed;
    private List<Group> groups = List.of();
    private Map<String, ReplicaSlot> slots = Map.of();

    /** By {@link TaskQuestion#sign}: those that take requests, and those that remain beside them. */
    private Map<String, ReplicaSlot> holders = Map.of();

    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private int inFlight;
    private long lastRequestAt;
    private boolean everRequested;

    EndpointQueue(Route route, Events events, RandomGenerator random) {
        this.endpoint = route.endpoint();
        this.route = route;
        this.events = events;
        this.random = random;
        this.picker = new ReplicaPicker(random);
        takeTargets(route);
    }

    EndpointId endpoint() {
        return endpoint;
    }

    synchronized Route route() {
        return route;
    }

    /** Asks for a place; the answer to a queued one comes to the claimant. */
    Admission admit(Waiter waiter, long now) {
        boolean wake;
        boolean cold;
        synchronized (this) {
            lastRequestAt = now;
            everRequested = true;
            Admission answer = place(waiter, now);
            if (answer == null) {
                answer = full(waiter);
            }
            if (answer != null) {
                return answer;
            }
            wake = enqueue(waiter, false, now);
            cold = waiter.cold;
        }
        if (wake) {
            events.wake(endpoint);
        }
        return new Admission.Queued(cold);
    }

    /**
     * Asks for the replica that holds a task. Such a question takes no place: it must not wait behind the
     * work that it is about. What remains beside the route is asked, but not kept awake by that.
     */
    synchronized Admission ask(String holder, long now) {
        ReplicaSlot slot = holders.get(holder);
        if (slot == null) {
            return new Admission.Unknown();
        }
        if (slot.questions() >= MAX_QUESTIONS) {
            return new Admission.Refused(
                    Refusal.queueFull(true, "questions about tasks " + MAX_QUESTIONS));
        }
        if (slots.containsKey(slot.replica().id())) {
            lastRequestAt = now;
            everRequested = true;
        }
        slot.asked();
        return new Admission.Granted(new Lease(this, slot, true));
    }

    /** Asks again for a request that was not processed: before all that wait, whatever the bounds. */
    Admission readmit(Waiter waiter, String avoid, long now) {
        boolean wake;
        boolean cold;
        synchronized (this) {
            waiter.avoid = avoid;
            waiter.cold = false;
            if (waiting.isEmpty() || removed) {
                Admission answer = place(waiter, now);
                if (answer != null) {
                    return answer;
                }
            }
            wake = enqueue(waiter, true, now);
            cold = waiter.cold;
        }
        if (wake) {
            events.wake(endpoint);
        }
        // A place may be free for it although others waited, each avoiding the other's replica.
        drain(now);
        return new Admission.Queued(cold);
    }

    /** @return whether it still waited; it will not be told any more then */
    synchronized boolean abandon(Waiter waiter) {
        if (!waiter.queued) {
            return false;
        }
        waiting.remove(waiter);
        left(waiter);
        return true;
    }

    /** @return whether more bytes of a waiting body may be held; if so they are counted */
    synchronized boolean grow(Waiter waiter, long bytes) {
        if (waiter.queued) {
            if (waitingBytes + bytes > route.limits().maxQueueBytes()) {
                return false;
            }
            waitingBytes += bytes;
        }
        waiter.bytes += bytes;
        return true;
    }

    synchronized boolean isCold(Waiter waiter) {
        return waiter.cold;
    }

    void release(ReplicaSlot slot, boolean question, Lease.Outcome outcome, long now) {
        boolean aside;
        String replica;
        long until;
        synchronized (this) {
            if (question) {
                slot.told();
                return;
            }
            slot.ended();
            inFlight--;
            aside =
                    switch (outcome) {
                        case ANSWERED -> {
                            slot.worked();
                            yield false;
                        }
                        case UNPROCESSED, UNREACHABLE, BROKEN ->
                                slot.failed(outcome, now, random.nextDouble());
                        case ABANDONED -> false;
                    };
            replica = slot.replica().id();
            until = slot.asideUntil();
            aside &= slots.get(replica) == slot;
        }
        if (aside) {
            events.putAside(endpoint, replica, outcome);
            events.drainAt(this, until);
        }
        drain(now);
    }

    /** Follows a new route: serves who can be served, refuses who can't be any more. */
    void update(Route newer, long now) {
        List<Waiter> refused;
        synchronized (this) {
            route = newer;
            takeTargets(newer);
            refused = slots.isEmpty() && !newer.wakes() ? takeAll() : List.of();
        }
        Refusal refusal = Refusal.notServing(newer.reason());
        refused.forEach(waiter -> waiter.claimant.refused(refusal));
        drain(now);
    }

    /** The endpoint is gone: who waits is refused. */
    void remove() {
        List<Waiter> refused;
        synchronized (this) {
            removed = true;
            slots = Map.of();
            holders = Map.of();
            groups = List.of();
            refused = takeAll();
        }
        refused.forEach(waiter -> waiter.claimant.refused(Refusal.notFound()));
    }

    /** Gives free places to those who wait. */
    void drain(long now) {
        List<Told> told = new ArrayList<>();
        boolean wake = false;
        synchronized (this) {
            while (!waiting.isEmpty()) {
                ReplicaSlot slot = picker.pick(groups, waiting.peekFirst().avoid, now);
                if (slot == null) {
                    break;
                }
                Waiter first = waiting.removeFirst();
                left(first);
                told.add(new Told(first, occupy(slot)));
            }
            if (!waiting.isEmpty() && !ReplicaPicker.anyUsable(groups, now)) {
                wake = markCold();
            }
        }
        if (wake) {
            events.wake(endpoint);
        }
        told.forEach(each -> each.waiter().claimant.granted(each.lease()));
    }

    synchronized Load load(long now) {
        long ago =
                everRequested
                        ? Math.max(0, TimeUnit.NANOSECONDS.toMillis(now - lastRequestAt))
                        : Long.MAX_VALUE;
        return new Load(endpoint, inFlight, waiting.size(), ago);
    }

    /** Whether a request waits for a replica to appear. */
    synchronized boolean waitsCold() {
        return !waiting.isEmpty() && waiting.peekFirst().cold && slots.isEmpty();
    }

    synchronized long waitingBytes() {
        return waitingBytes;
    }

    private @Nullable Admission place(Waiter waiter, long now) {
        if (removed) {
            return new Admission.Refused(Refusal.notFound());
        }
        if (slots.isEmpty() && !route.wakes()) {
            return new Admission.Refused(Refusal.notServing(route.reason()));
        }
        if (!waiting.isEmpty()) {
            return null;
        }
        ReplicaSlot slot = picker.pick(groups, waiter.avoid, now);
        return slot == null ? null : new Admission.Granted(occupy(slot));
    }

    private @Nullable Admission full(Waiter waiter) {
        Route.Limits limits = route.limits();
        String limit;
        if (waiting.size() >= limits.maxQueue()) {
            limit = "limit maxQueue is " + limits.maxQueue();
        } else if (waitingBytes + waiter.bytes > limits.maxQueueBytes()) {
            limit = "limit maxQueueBytes is " + limits.maxQueueBytes();
        } else {
            return null;
        }
        return new Admission.Refused(Refusal.queueFull(!slots.isEmpty(), limit));
    }

    /** @return whether it is the first that waits cold */
    private boolean enqueue(Waiter waiter, boolean front, long now) {
        boolean coldBefore = !waiting.isEmpty() && waiting.peekFirst().cold;
        waiter.queued = true;
        waitingBytes += waiter.bytes;
        if (front) {
            waiting.addFirst(waiter);
        } else {
            waiting.addLast(waiter);
        }
        waiter.cold |= !ReplicaPicker.anyUsable(groups, now);
        return waiter.cold && !coldBefore;
    }

    private boolean markCold() {
        boolean first = false;
        for (Waiter waiter : waiting) {
            first |= !waiter.cold;
            waiter.cold = true;
        }
        return first;
    }

    private Lease occupy(ReplicaSlot slot) {
        slot.began();
        inFlight++;
        return new Lease(this, slot, false);
    }

    private void left(Waiter waiter) {
        waiter.queued = false;
        waitingBytes -= waiter.bytes;
    }

    private List<Waiter> takeAll() {
        List<Waiter> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(this::left);
        return all;
    }

    private void takeTargets(Route from) {
        Map<String, ReplicaSlot> newSlots = new HashMap<>();
        Map<String, ReplicaSlot> newHolders = new HashMap<>();
        List<Group> newGroups = new ArrayList<>(from.targets().size());
        for (Route.Target target : from.targets()) {
            List<ReplicaSlot> members = new ArrayList<>(target.replicas().size());
            for (Route.Replica replica : target.replicas()) {
                ReplicaSlot slot = known(target.revision(), replica, newHolders);
                newSlots.put(replica.id(), slot);
                members.add(slot);
            }
            newGroups.add(new Group(target.weight(), members));
        }
        from.remaining().forEach(replica -> known(NO_REVISION, replica, newHolders));
        slots = newSlots;
        holders = newHolders;
        groups = newGroups;
    }

    private ReplicaSlot known(
            long revision, Route.Replica replica, Map<String, ReplicaSlot> newHolders) {
        String sign = TaskQuestion.sign(replica.id());
        ReplicaSlot slot = holders.get(sign);
        if (slot == null || !slot.replica().id().equals(replica.id())) {
            slot = new ReplicaSlot(revision, replica);
        } else {
            slot.update(replica);
        }
        newHolders.put(sign, slot);
        return slot;
    }
}
