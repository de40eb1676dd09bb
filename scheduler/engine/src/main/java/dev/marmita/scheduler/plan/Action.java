package dev.marmita.scheduler.plan;

import dev.marmita.scheduler.compute.Failure;

/** One thing to do, in the order of the plan. */
public sealed interface Action {

    /** Start one more replica of a revision. */
    record Start(long revision) implements Action {}

    /** Take a replica out of the route; it will be stopped when nobody sends it requests any more. */
    record Retire(String replica) implements Action {}

    /** Stop a replica that gets no requests. */
    record Stop(String replica) implements Action {}

    /** Stop a replica that does not work and count that as a failure of its revision. */
    record Fail(String replica, Failure failure) implements Action {}

    /** Drop the memory of an ended replica. */
    record Forget(String replica) implements Action {}

    /** From now on this revision is the one that serves. */
    record Serve(long revision) implements Action {}

    /** Note that a roll-out failed, so that it is not taken on trust later. */
    record GiveUp(long revision) implements Action {}

    /** Nothing is left: drop the deployment's rows. */
    record Purge() implements Action {}
}
