package dev.marmita.gateway;

import dev.marmita.routing.Route.Replica;
import java.util.concurrent.atomic.AtomicBoolean;

/** A place at a replica, to be given back exactly once; giving it back again does nothing. */
final class Lease {

    /** What the replica made of the request. */
    enum Outcome {
        /** It answered, whatever it said. */
        ANSWERED,
        /** It said that it did not process it. */
        UNPROCESSED,
        /** It could not be connected to. */
        UNREACHABLE,
        /** It broke off. */
        BROKEN,
        /** Nobody wanted the answer any more, or it came too late: says nothing about the replica. */
        ABANDONED
    }

    private final EndpointQueue queue;
    private final ReplicaSlot slot;
    private final Replica replica;
    private final boolean question;
    private final AtomicBoolean released = new AtomicBoolean();

    /**
     * @param question whether it takes no place, for it only asks about a task
     */
    Lease(EndpointQueue queue, ReplicaSlot slot, boolean question) {
        this.queue = queue;
        this.slot = slot;
        this.question = question;
        this.replica = slot.replica();
    }

    Replica replica() {
        return replica;
    }

    long revision() {
        return slot.revision();
    }

    void release(Outcome outcome, long now) {
        if (released.compareAndSet(false, true)) {
            queue.release(slot, question, outcome, now);
        }
    }
}
