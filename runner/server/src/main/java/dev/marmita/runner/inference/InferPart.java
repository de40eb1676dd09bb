package dev.marmita.runner.inference;

import dev.marmita.runner.batching.BatchCall;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.inference.InferCall.Wanted;
import dev.marmita.runner.inference.Inference.Encoding;
import dev.marmita.runner.inference.Inference.Outcome;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.ModelFailedException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A call that has been read, is run once, by itself or with others, and then answered. Counts itself as
 * answered or failed. Not thread-safe.
 */
public final class InferPart<R> implements AutoCloseable {

    private final RequestScope scope;
    private final InferCall decoded;
    private final List<Wanted> outputs;
    private final Encoding<R> encoding;
    private final ModelStatistics counted;
    private final long decodeNanos;
    private final BatchCall call;
    private boolean answered;

    InferPart(
            RequestScope scope,
            InferCall decoded,
            List<Wanted> outputs,
            Encoding<R> encoding,
            ModelStatistics counted,
            long decodeNanos) {
        this.scope = scope;
        this.decoded = decoded;
        this.outputs = outputs;
        this.encoding = encoding;
        this.counted = counted;
        this.decodeNanos = decodeNanos;
        Set<String> names = LinkedHashSet.newLinkedHashSet(outputs.size());
        outputs.forEach(wanted -> names.add(wanted.name()));
        this.call = new BatchCall(decoded.inputs(), names, Optional.of(scope), urgency());
    }

    /** The protocol's priorities begin at 1, the most urgent; those of HTTP at 0. */
    private int urgency() {
        long priority = decoded.parameters().priority();
        return priority == 0 ? scope.urgency() : (int) Math.min(7, priority - 1);
    }

    BatchCall call() {
        return call;
    }

    /** Runs it by itself. */
    public void run() {
        decoded.model().runAll(List.of(call));
    }

    /**
     * Once it has been run.
     *
     * @throws RuntimeException as {@link Inference#answer}
     */
    public R answer() {
        R answer;
        long written;
        try (Outcome outcome = new Outcome(decoded.model(), call.result(), outputs)) {
            long ran = System.nanoTime();
            answer = encoding.encode(decoded, outcome);
            written = System.nanoTime() - ran;
        } catch (ModelFailedException e) {
            throw new RefusedException(500, shortened(String.valueOf(e.getMessage())));
        }
        scope.stage("encode", written);
        counted.succeeded(scope.age(), scope.spent("queue"), decodeNanos, written);
        answered = true;
        return answer;
    }

    private static String shortened(String message) {
        return message.length() <= 1_000 ? message : message.substring(0, 1_000) + "…";
    }

    @Override
    public void close() {
        if (!answered) {
            counted.failed(scope.age());
        }
        call.drop();
        decoded.close();
    }
}
