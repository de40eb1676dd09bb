package dev.marmita.runner.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.marmita.runner.batching.BatchCall;
import dev.marmita.runner.batching.BatchChoice;
import dev.marmita.runner.batching.BatchOptions;
import dev.marmita.runner.batching.Batcher;
import dev.marmita.runner.batching.Engine;
import dev.marmita.runner.batching.Padding;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.work.CurrentRequest;
import dev.marmita.service.BadInputException;
import dev.marmita.service.Model;
import dev.marmita.service.ModelFailedException;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * A model of ONNX Runtime. Opened with its session; the session may be given up and opened again in
 * between, and what is known of the model stays. Thread-safe; {@link #unload} and {@link #close()} wait
 * for runs in progress.
 */
public final class OnnxModel implements Model, AutoCloseable {

    private final ModelSource source;
    private final OnnxOptions options;
    private final Signature signature;
    private final Set<String> outputNames;
    private final Map<String, String> metadata;
    private final NativeTensors tensors;
    private final RunWatch watch;
    private final CurrentRequest current;
    private final Batcher batcher;
    private final ReentrantReadWriteLock lifetime = new ReentrantReadWriteLock();
    private volatile @Nullable OrtSession session;
    private boolean closed;

    private OnnxModel(ModelSource source, OrtSession session, OnnxOptions options)
            throws OrtException, ModelInvalidException {
        this.source = source;
        this.options = options;
        this.session = session;
        this.signature = Signatures.read(source, session);
        this.outputNames = new LinkedHashSet<>();
        signature.outputs().forEach(port -> outputNames.add(port.name()));
        this.metadata = Map.copyOf(session.getMetadata().getCustomMetadata());
        this.tensors = new NativeTensors(OrtEnvironment.getEnvironment());
        this.watch = options.watch();
        BatchOptions batching = options.batching().apply(this);
        this.current = batching.current();
        this.batcher = new Batcher(new Session(), batching);
    }

    /** One run of the session for every call. */
    private final class Session implements Engine {
        @Override
        public Signature signature() {
            return signature;
        }

        @Override
        public ModelResult run(Map<String, Tensor> inputs, Set<String> outputs) {
            return runOnce(inputs, outputs);
        }
    }

    /** Loads ONNX Runtime's libraries, so that the first opening need not. */
    public static void loadRuntime() {
        try {
            Sessions.environment();
        } catch (RuntimeException | LinkageError e) {
            // The first opening meets it again, where somebody can be told.
        }
    }

    /**
     * Opens a model; takes tens of milliseconds to seconds.
     *
     * @throws ModelInvalidException where the file is not a model that can be served here
     */
    public static OnnxModel open(ModelSource source, OnnxOptions options)
            throws ModelInvalidException {
        OrtSession session = Sessions.open(source, options);
        try {
            return new OnnxModel(source, session, options);
        } catch (OrtException e) {
            Sessions.closeQuietly(session);
            throw new ModelInvalidException(
                    "model " + source + " does not tell its inputs and outputs: " + e.getMessage(),
                    e);
        } catch (ModelInvalidException | RuntimeException e) {
            Sessions.closeQuietly(session);
            throw e;
        }
    }

    @Override
    public String name() {
        return source.name();
    }

    @Override
    public String version() {
        return source.version();
    }

    /** {@code sha256:…} of the model's file. */
    public String digest() {
        return source.digest();
    }

    @Override
    public Signature signature() {
        return signature;
    }

    @Override
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public ModelResult run(Map<String, Tensor> inputs) {
        return run(inputs, outputNames);
    }

    /**
     * As {@link #run(Map)}, for some of the outputs.
     *
     * @param outputs names of outputs of {@link #signature()}, not empty
     */
    public ModelResult run(Map<String, Tensor> inputs, Set<String> outputs) {
        SignatureCheck.check(signature, inputs);
        return batcher.run(new BatchCall(inputs, outputs, current.get()));
    }

    /** A run that nobody asked for, past all batching. */
    void runBefore(Map<String, Tensor> inputs) {
        SignatureCheck.check(signature, inputs);
        runOnce(inputs, outputNames).close();
    }

    /**
     * Runs calls on the calling thread, together where that pays; afterwards each has its own outcome.
     *
     * @param calls with names of outputs of {@link #signature()}
     */
    public void runAll(List<BatchCall> calls) {
        List<BatchCall> fitting = new ArrayList<>(calls.size());
        for (BatchCall call : calls) {
            try {
                SignatureCheck.check(signature, call.inputs());
                fitting.add(call);
            } catch (BadInputException e) {
                call.fail(e);
            }
        }
        if (!fitting.isEmpty()) {
            batcher.runAll(fitting);
        }
    }

    /**
     * Calls of different lengths may share a run from now on, where that pays.
     *
     * @throws IllegalArgumentException saying why the padding does not fit the model
     */
    public void pad(Padding padding) {
        batcher.pad(padding);
    }

    /** What is done with calls that come together. */
    public BatchChoice batching() {
        return batcher.choice();
    }

    /** Calls that are worth bringing to {@link #runAll} together, at least 1. */
    public int room() {
        return batcher.room();
    }

    /** How long a run may wait for more of them. */
    public Duration patience() {
        return batcher.patience();
    }

    private ModelResult runOnce(Map<String, Tensor> inputs, Set<String> outputs) {
        lifetime.readLock().lock();
        try {
            OrtSession open = session;
            if (closed) {
                throw new IllegalStateException("model " + source + " is closed");
            }
            if (open == null) {
                throw new RefusedException(503, "model '" + name() + "' is not loaded");
            }
            return run(open, inputs, outputs);
        } catch (OrtException e) {
            throw failure(e);
        } finally {
            lifetime.readLock().unlock();
        }
    }

    private ModelResult run(OrtSession open, Map<String, Tensor> inputs, Set<String> outputs)
            throws OrtException {
        Map<String, OnnxTensor> wrapped = LinkedHashMap.newLinkedHashMap(inputs.size());
        try (var termination = new Termination()) {
            for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
                wrapped.put(input.getKey(), tensors.wrap(input.getValue()));
                watch.held(1);
            }
            Runnable ended = watch.started(this, termination);
            OrtSession.Result result;
            try {
                result = open.run(wrapped, outputs, termination.runOptions());
            } finally {
                ended.run();
            }
            return OnnxResult.of(result, outputs, tensors, watch);
        } finally {
            for (OnnxTensor input : wrapped.values()) {
                input.close();
                watch.held(-1);
            }
        }
    }

    private RuntimeException failure(OrtException e) {
        String message = e.getMessage() == null ? e.getCode().toString() : e.getMessage();
        return switch (e.getCode()) {
            case ORT_INVALID_ARGUMENT ->
                    new BadInputException("model " + name() + " refused its inputs: " + message);
            default ->
                    new ModelFailedException(
                            "model " + name() + " failed on these inputs: " + message, e);
        };
    }

    /** Whether it can run. */
    public boolean loaded() {
        return session != null;
    }

    /** Waits for runs in progress, then frees the session; runs are refused until {@link #load}. Idempotent. */
    public void unload() {
        lifetime.writeLock().lock();
        try {
            OrtSession open = session;
            session = null;
            if (open != null) {
                Sessions.closeQuietly(open);
            }
        } finally {
            lifetime.writeLock().unlock();
        }
    }

    /**
     * Opens the session again from the same file; runs wait meanwhile. Idempotent.
     *
     * @throws ModelInvalidException where the file is no longer what it was; the model stays unloaded
     */
    public void load() throws ModelInvalidException {
        lifetime.writeLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("model " + source + " is closed");
            }
            if (session == null) {
                session = Sessions.open(source, options);
            }
        } finally {
            lifetime.writeLock().unlock();
        }
    }

    /** As {@link #unload}, for good. Idempotent. */
    @Override
    public void close() {
        lifetime.writeLock().lock();
        try {
            closed = true;
            unload();
        } finally {
            lifetime.writeLock().unlock();
        }
    }
}
