package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.Failure;

/** A replica cannot go on; says why in the tenant's words. */
final class ReplicaException extends Exception {

    private final transient Failure failure;

    ReplicaException(Failure.Reason reason, String message) {
        super(message);
        this.failure = new Failure(reason, message);
    }

    Failure failure() {
        return failure;
    }
}
