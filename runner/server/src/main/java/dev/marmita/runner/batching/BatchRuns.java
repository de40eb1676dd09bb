package dev.marmita.runner.batching;

import dev.marmita.runner.batching.BatchPlanner.Candidate;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs calls that have been put together, measures them, and finds out whether that was right. */
final class BatchRuns {

    private static final int STRIKES = 3;

    private final Engine engine;
    private final BatchOptions options;
    private final boolean suitable;
    private final Sizing sizing;
    private final Object lock = new Object();
    private final Trust trust = new Trust();
    private int strikes;

    BatchRuns(Engine engine, BatchOptions options) {
        this.engine = engine;
        this.options = options;
        this.suitable = Suitability.of(engine.signature());
        this.sizing =
                new Sizing(
                        options.settings(),
                        options.watch(),
                        suitable,
                        () -> Stopwatch.of(options.threads()));
    }

    BatchChoice choice() {
        return sizing.choice();
    }

    int limit() {
        return sizing.limit();
    }

    long nanos(int rows, long bytes) {
        return sizing.nanos(rows, bytes);
    }

    Candidate candidate(BatchCall call) {
        Optional<BatchKey.Keyed> keyed = keyed(call);
        Object key = keyed.<Object>map(BatchKey.Keyed::key).orElse(call);
        Optional<RequestScope> scope = call.scope();
        return new Candidate(
                key,
                keyed.map(BatchKey.Keyed::rows).orElse(1),
                keyed.map(BatchKey.Keyed::bytes).orElse(0L),
                call.urgency(),
                call.arrivedNanos(),
                scope.map(RequestScope::deadlineNanos).orElse(Long.MAX_VALUE),
                call.gone());
    }

    /** Runs calls of one key; afterwards all are over. */
    void run(List<BatchCall> calls) {
        if (calls.size() == 1) {
            alone(calls.getFirst());
            return;
        }
        boolean equal = !differ(calls);
        boolean mustProve = mustProve(equal);
        List<ModelResult> parts;
        try {
            parts = together(calls);
        } catch (Throwable e) {
            // Whose fault it is shows when each runs by itself.
            calls.forEach(this::alone);
            if (calls.stream().noneMatch(BatchCall::failed)) {
                strike();
            }
            return;
        }
        if (mustProve) {
            prove(calls, parts, equal);
        } else {
            for (int i = 0; i < parts.size(); i++) {
                calls.get(i).succeed(parts.get(i));
            }
        }
    }

    private void alone(BatchCall call) {
        if (call.gone()) {
            call.fail(new CancellationException("nobody waits for this call any more"));
            return;
        }
        try {
            Optional<BatchKey.Keyed> keyed = keyed(call);
            boolean counts = sizing.measures();
            long spent = sizing.spent();
            long start = System.nanoTime();
            call.succeed(run(List.of(call), call.inputs(), call.outputs()));
            long end = System.nanoTime();
            long cost = sizing.spent() - spent;
            int rows = keyed.map(BatchKey.Keyed::rows).orElse(1);
            options.watch().executed(1, rows, 0, end - start, 0);
            if (counts) {
                keyed.ifPresent(known -> sizing.ran(rows, known.bytes(), cost));
            }
        } catch (Throwable e) {
            call.fail(e);
        }
    }

    private List<ModelResult> together(List<BatchCall> calls) {
        List<Integer> rows = new ArrayList<>(calls.size());
        int allRows = 0;
        long bytes = 0;
        Set<String> outputs = new LinkedHashSet<>();
        for (BatchCall call : calls) {
            BatchKey.Keyed keyed = keyed(call).orElseThrow();
            rows.add(keyed.rows());
            allRows = Math.addExact(allRows, keyed.rows());
            bytes += keyed.bytes();
            outputs.addAll(call.outputs());
        }
        long spent = sizing.spent();
        long start = System.nanoTime();
        long joinedAt;
        long ranAt;
        ModelResult whole;
        try (Joined joined = new Joined(engine.signature(), calls, allRows, options.allocator())) {
            joinedAt = System.nanoTime();
            whole = run(calls, joined.inputs(), outputs);
            ranAt = System.nanoTime();
        }
        List<ModelResult> parts = split(whole, calls, rows, allRows);
        long end = System.nanoTime();
        options.watch()
                .executed(calls.size(), allRows, joinedAt - start, ranAt - joinedAt, end - ranAt);
        sizing.ran(allRows, bytes, sizing.spent() - spent);
        return parts;
    }

    private static List<ModelResult> split(
            ModelResult whole, List<BatchCall> calls, List<Integer> rows, int allRows) {
        try {
            return Joined.split(whole, calls, rows, allRows)
                    .orElseThrow(() -> new IllegalStateException("an output lost its rows"));
        } catch (RuntimeException | Error e) {
            whole.close();
            throw e;
        }
    }

    /** Every call gets the answer that it gets alone; a batch that would have given another is the last. */
    private void prove(List<BatchCall> calls, List<ModelResult> parts, boolean equal) {
        boolean same = true;
        int compared = 0;
        for (int i = 0; i < parts.size(); i++) {
            BatchCall call = calls.get(i);
            alone(call);
            try (ModelResult part = parts.get(i)) {
                ModelResult made = call.made();
                if (made != null) {
                    compared++;
                    same = same && Trust.same(part, made);
                }
            }
        }
        if (!same) {
            sizing.distrust(BatchChoice.State.UNSAFE);
        } else if (compared > 1) {
            synchronized (lock) {
                trust.proved(equal);
            }
        }
    }

    private boolean differ(List<BatchCall> calls) {
        synchronized (lock) {
            if (trust.earned()) {
                return true;
            }
        }
        return !Trust.equal(calls);
    }

    private boolean mustProve(boolean equal) {
        synchronized (lock) {
            return trust.mustProve(equal);
        }
    }

    /** A batch failed though none of its calls fails alone: that may be chance, but not again and again. */
    private void strike() {
        boolean out;
        synchronized (lock) {
            strikes++;
            out = strikes >= STRIKES;
        }
        if (out) {
            sizing.distrust(BatchChoice.State.FAILS);
        }
    }

    private Optional<BatchKey.Keyed> keyed(BatchCall call) {
        return suitable ? BatchKey.of(engine.signature(), call.inputs()) : Optional.empty();
    }

    /** For the requests of these calls. */
    private ModelResult run(
            List<BatchCall> calls, Map<String, Tensor> inputs, Set<String> outputs) {
        List<RequestScope> scopes =
                calls.stream().map(BatchCall::scope).flatMap(Optional::stream).toList();
        AtomicReference<@Nullable ModelResult> made = new AtomicReference<>();
        options.current().runForAll(scopes, () -> made.set(engine.run(inputs, outputs)));
        return Objects.requireNonNull(made.get());
    }
}
