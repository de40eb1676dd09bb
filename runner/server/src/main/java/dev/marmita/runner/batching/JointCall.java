package dev.marmita.runner.batching;

import dev.marmita.runner.work.RequestScope;
import org.jspecify.annotations.Nullable;

/** One request to a method that takes several at once, and what came of it. For one thread at a time. */
public final class JointCall {

    private final Object argument;
    private final long bytes;
    private final RequestScope scope;
    private final long arrived = System.nanoTime();
    private @Nullable Object result;
    private @Nullable Throwable failure;
    private boolean over;

    /**
     * @param argument what the request gives to the method
     * @param bytes size of the request
     */
    public JointCall(Object argument, long bytes, RequestScope scope) {
        this.argument = argument;
        this.bytes = bytes;
        this.scope = scope;
    }

    Object argument() {
        return argument;
    }

    RequestScope scope() {
        return scope;
    }

    BatchPlanner.Candidate candidate() {
        return new BatchPlanner.Candidate(
                JointCall.class,
                1,
                bytes,
                scope.urgency(),
                arrived,
                scope.deadlineNanos(),
                scope.cancelled());
    }

    boolean over() {
        return over;
    }

    boolean failed() {
        return failure != null;
    }

    void succeed(@Nullable Object made) {
        result = made;
        over = true;
    }

    void fail(Throwable why) {
        failure = why;
        over = true;
    }

    /**
     * What the method returned for this request.
     *
     * @throws Throwable what it threw for this request
     */
    public @Nullable Object result() throws Throwable {
        if (failure != null) {
            throw failure;
        }
        if (!over) {
            throw new IllegalStateException("the request has not been answered");
        }
        return result;
    }
}
