package dev.marmita.runner.work;

/** A request that waits for its turn. */
public interface Job {

    RequestScope scope();

    /** Answers the request, on an inference thread; throws nothing. */
    void run();
}
