package dev.marmita.runner.batching;

import dev.marmita.runner.work.CurrentRequest;
import dev.marmita.runner.work.RequestScope;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Brings requests to a method that takes several of them, where that pays. A request whose caller has
 * gone is not among them, and one that fails takes no other with it. Thread-safe.
 */
public final class JointCalls {

    /** Joint calls in a row that failed though none of their requests fails alone. */
    private static final int STRIKES = 3;

    private final Method method;
    private final BatchSettings settings;
    private final CurrentRequest current;
    private final BatchWatch watch;
    private final Sizing sizing;
    private final AtomicInteger strikes = new AtomicInteger();

    /** The method of the service. */
    @FunctionalInterface
    public interface Method {
        /**
         * A result for every request, in their order.
         *
         * @throws Throwable what the service throws
         */
        List<@Nullable Object> call(List<Object> arguments, List<RequestScope> requests)
                throws Throwable;
    }

    /**
     * @param current made the requests of every call
     */
    public JointCalls(
            Method method, BatchSettings settings, CurrentRequest current, BatchWatch watch) {
        this.method = method;
        this.settings = settings;
        this.current = current;
        this.watch = watch;
        // What a method does elsewhere, or waits for, counts too.
        this.sizing = new Sizing(settings, watch, true, () -> System::nanoTime);
    }

    /** What is done with requests at the moment. */
    public BatchChoice choice() {
        return sizing.choice();
    }

    /** Whether requests may share a call at the moment. */
    public boolean open() {
        return sizing.open();
    }

    /** Requests that are worth bringing to {@link #runAll} together, at least 1. */
    public int room() {
        return sizing.limit();
    }

    /** How long a call may wait for as many. */
    public Duration patience() {
        return settings.maxDelay();
    }

    /** Calls the method on the calling thread; afterwards each request has its own outcome. */
    public void runAll(List<JointCall> calls) {
        try {
            BatchPlanner planner =
                    new BatchPlanner(
                            calls.size(),
                            settings.maxBytes(),
                            (requests, bytes) -> sizing.nanos(requests, requests));
            List<BatchPlanner.Candidate> candidates =
                    calls.stream().map(JointCall::candidate).toList();
            for (List<Integer> run : planner.plan(candidates, System.nanoTime())) {
                run(run.stream().map(calls::get).toList());
            }
        } finally {
            for (JointCall call : calls) {
                if (!call.over()) {
                    call.fail(late());
                }
            }
        }
    }

    private static CancellationException late() {
        return new CancellationException("nobody waits for this request any more");
    }

    private void run(List<JointCall> planned) {
        List<JointCall> calls = planned.stream().filter(call -> !call.scope().cancelled()).toList();
        if (calls.size() > 1) {
            together(calls);
        } else {
            calls.forEach(this::alone);
        }
    }

    private void together(List<JointCall> calls) {
        List<@Nullable Object> results;
        try {
            results = call(calls);
        } catch (Throwable e) {
            // Whose fault it is shows when each is called for by itself.
            calls.forEach(this::alone);
            boolean innocent =
                    calls.stream().noneMatch(call -> call.failed() || call.scope().cancelled());
            if (innocent && strikes.incrementAndGet() >= STRIKES) {
                sizing.distrust(BatchChoice.State.FAILS);
            }
            return;
        }
        strikes.set(0);
        for (int i = 0; i < calls.size(); i++) {
            calls.get(i).succeed(results.get(i));
        }
    }

    private void alone(JointCall call) {
        if (call.scope().cancelled()) {
            call.fail(late());
            return;
        }
        try {
            call.succeed(call(List.of(call)).getFirst());
        } catch (Throwable e) {
            call.fail(e);
        }
    }

    private List<@Nullable Object> call(List<JointCall> calls) throws Throwable {
        boolean counts = sizing.measures();
        long start = System.nanoTime();
        List<@Nullable Object> results = new Attempt(calls).results();
        long nanos = System.nanoTime() - start;
        watch.executed(calls.size(), calls.size(), 0, nanos, 0);
        if (counts) {
            sizing.ran(calls.size(), calls.size(), nanos);
        }
        return results;
    }

    /** One call of the method, for the requests of these calls. */
    private final class Attempt implements Runnable {

        private final List<RequestScope> scopes;
        private final List<Object> arguments;
        private List<@Nullable Object> results = List.of();
        private @Nullable Throwable failure;

        Attempt(List<JointCall> calls) {
            this.scopes = calls.stream().map(JointCall::scope).toList();
            this.arguments = calls.stream().map(JointCall::argument).toList();
        }

        List<@Nullable Object> results() throws Throwable {
            long start = System.nanoTime();
            current.runForAll(scopes, this);
            long nanos = System.nanoTime() - start;
            scopes.forEach(scope -> scope.stage("service", nanos));
            if (failure != null) {
                throw failure;
            }
            return results;
        }

        @Override
        public void run() {
            try {
                results = method.call(arguments, scopes);
            } catch (Throwable e) {
                failure = e;
            }
        }
    }
}
