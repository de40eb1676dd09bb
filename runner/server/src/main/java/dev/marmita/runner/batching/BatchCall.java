package dev.marmita.runner.batching;

import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Tensor;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One call of a model, and what came of it. Used by one thread at a time; the batcher publishes the
 * outcome.
 */
public final class BatchCall {

    private final Map<String, Tensor> inputs;
    private final Set<String> outputs;
    private final Optional<RequestScope> scope;
    private final int urgency;
    private final long arrived = System.nanoTime();
    private @Nullable ModelResult result;
    private @Nullable Throwable failure;

    /**
     * @param inputs valid until the call is over
     * @param outputs names of the outputs that are wanted, not empty
     * @param scope the request that it is made for
     */
    public BatchCall(
            Map<String, Tensor> inputs, Set<String> outputs, Optional<RequestScope> scope) {
        this(inputs, outputs, scope, scope.map(RequestScope::urgency).orElse(0));
    }

    /** With an urgency that is not its request's, from 0, the most urgent, to 7. */
    public BatchCall(
            Map<String, Tensor> inputs,
            Set<String> outputs,
            Optional<RequestScope> scope,
            int urgency) {
        this.urgency = urgency;
        this.inputs = inputs;
        this.outputs = outputs;
        this.scope = scope;
    }

    public Map<String, Tensor> inputs() {
        return inputs;
    }

    Set<String> outputs() {
        return outputs;
    }

    Optional<RequestScope> scope() {
        return scope;
    }

    int urgency() {
        return urgency;
    }

    long arrivedNanos() {
        return arrived;
    }

    boolean gone() {
        return scope.isPresent() && scope.get().cancelled();
    }

    boolean over() {
        return result != null || failure != null;
    }

    boolean failed() {
        return failure != null;
    }

    /** The result while nobody has taken it. */
    @Nullable ModelResult made() {
        return result;
    }

    void succeed(ModelResult made) {
        result = made;
    }

    /** The call is over without a result. */
    public void fail(Throwable why) {
        failure = why;
    }

    /**
     * What the model gave this call, to be closed by the caller of this method; once.
     *
     * @throws RuntimeException what the model threw for this call
     */
    public ModelResult result() {
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case Throwable e -> throw new IllegalStateException(e);
        }
        ModelResult made = result;
        if (made == null) {
            throw new IllegalStateException("the call is not over");
        }
        result = null;
        return made;
    }

    /** Closes the result where nobody has taken it. */
    public void drop() {
        ModelResult made = result;
        result = null;
        if (made != null) {
            made.close();
        }
    }
}
