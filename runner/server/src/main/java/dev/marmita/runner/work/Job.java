package dev.marmita.runner.work;

import java.util.Optional;

/** A request that waits for its turn. */
public interface Job {

    RequestScope scope();

    /**
     * Jobs of equal groups can be done together by one of them, which asks the pool for them. Such jobs
     * keep a processor busy: no more of them run at once than there are cores.
     */
    default Optional<?> group() {
        return Optional.empty();
    }

    /** Answers the request, on an inference thread; throws nothing. */
    void run();
}
