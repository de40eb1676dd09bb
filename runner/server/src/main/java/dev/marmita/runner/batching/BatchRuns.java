package dev.marmita.runner.batching;

import dev.marmita.runner.batching.BatchPlanner.Candidate;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Tensor;
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
    private volatile Optional<Widths> widths = Optional.empty();

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

    /**
     * From now on calls may be filled up.
     *
     * @throws IllegalArgumentException where the padding does not fit the model
     */
    void pad(Padding padding) {
        Filling filling = new Filling(padding, engine.signature());
        widths = Optional.of(new Widths(filling, options.watch()));
    }

    BatchPlanner.Fill fill(long now) {
        return widths.map(known -> known.fill(sizing.choice().state(), now))
                .orElse(BatchPlanner.Fill.NEVER);
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
                call.gone(),
                widths.flatMap(known -> keyed.flatMap(one -> known.width(one, call.outputs()))));
    }

    /** Runs calls of one key, or of one family; afterwards all are over. */
    void run(List<BatchCall> calls) {
        if (calls.size() == 1) {
            alone(calls.getFirst());
            return;
        }
        Optional<Widths> fills = widths.filter(known -> ofSeveralLengths(calls));
        boolean equal = fills.isEmpty() && !differ(calls);
        boolean mustProve = fills.map(Widths::mustProve).orElseGet(() -> mustProve(equal));
        List<ModelResult> parts;
        try {
            parts = together(calls, fills);
        } catch (Throwable e) {
            // Whose fault it is shows when each runs by itself.
            calls.forEach(this::alone);
            if (calls.stream().noneMatch(BatchCall::failed)) {
                fills.ifPresentOrElse(Widths::strike, this::strike);
            }
            return;
        }
        if (mustProve) {
            prove(calls, parts, equal, fills);
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
            ModelResult result = run(List.of(call), call.inputs(), call.outputs());
            call.succeed(result);
            long end = System.nanoTime();
            long cost = sizing.spent() - spent;
            int rows = keyed.map(BatchKey.Keyed::rows).orElse(1);
            options.watch().executed(1, rows, 0, end - start, 0);
            if (counts) {
                keyed.ifPresent(known -> sizing.ran(rows, known.bytes(), cost));
            }
            widths.ifPresent(
                    seen -> keyed.ifPresent(known -> seen.seen(known.key(), rows, result)));
        } catch (Throwable e) {
            call.fail(e);
        }
    }

    private boolean ofSeveralLengths(List<BatchCall> calls) {
        return calls.stream().map(call -> keyed(call).orElseThrow().key()).distinct().count() > 1;
    }

    private List<ModelResult> together(List<BatchCall> calls, Optional<Widths> fills) {
        Members all = new Members(calls.stream().map(call -> keyed(call).orElseThrow()).toList());
        Optional<Joined.Filled> filled = fills.map(all::filled);
        Set<String> outputs = new LinkedHashSet<>();
        calls.forEach(call -> outputs.addAll(call.outputs()));
        BatchChoice.State chosen = sizing.choice().state();
        long separate = fills.isPresent() ? all.separate(sizing::nanos) : 0;
        long spent = sizing.spent();
        long start = System.nanoTime();
        long joinedAt;
        long ranAt;
        ModelResult whole;
        try (Joined joined =
                new Joined(engine.signature(), calls, all.rows(), filled, options.allocator())) {
            joinedAt = System.nanoTime();
            whole = run(calls, joined.inputs(), outputs);
            ranAt = System.nanoTime();
        }
        List<ModelResult> parts = split(whole, calls, all, filled);
        long end = System.nanoTime();
        long cost = sizing.spent() - spent;
        options.watch()
                .executed(
                        calls.size(), all.rows(), joinedAt - start, ranAt - joinedAt, end - ranAt);
        sizing.ran(all.rows(), all.bytes(fills), cost);
        if (fills.isEmpty()) {
            widths.ifPresent(known -> known.seen(all.first(), all.rows(), whole));
        } else if (chosen == BatchChoice.State.PAYS) {
            fills.get().ran(cost, separate, end);
        }
        return parts;
    }

    private List<ModelResult> split(
            ModelResult whole, List<BatchCall> calls, Members all, Optional<Joined.Filled> filled) {
        try {
            return Joined.split(
                            whole, calls, all.rowsOfEach(), all.rows(), filled, options.allocator())
                    .orElseThrow(() -> new IllegalStateException("an output lost its rows"));
        } catch (RuntimeException | Error e) {
            whole.close();
            throw e;
        }
    }

    /** Every call gets the answer that it gets alone; a batch that would have given another is the last. */
    private void prove(
            List<BatchCall> calls, List<ModelResult> parts, boolean equal, Optional<Widths> fills) {
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
        if (fills.isPresent()) {
            if (!same || compared > 1) {
                fills.get().proved(same);
            }
        } else if (!same) {
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
