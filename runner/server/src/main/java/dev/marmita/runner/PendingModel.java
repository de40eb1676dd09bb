package dev.marmita.runner;

import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.service.Model;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/**
 * A model as its service gets it, which is constructed while models open: who asks for what only an open one
 * knows, waits for it.
 */
final class PendingModel implements Model {

    private final Launch.BoundModel bound;
    private final Future<OnnxModel> opening;

    PendingModel(Launch.BoundModel bound, Future<OnnxModel> opening) {
        this.bound = bound;
        this.opening = opening;
    }

    private OnnxModel open() {
        try {
            return opening.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("model " + name() + " could not be opened", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while model " + name() + " opens", e);
        }
    }

    @Override
    public String name() {
        return bound.name();
    }

    @Override
    public String version() {
        return bound.version();
    }

    @Override
    public Signature signature() {
        return open().signature();
    }

    @Override
    public Map<String, String> metadata() {
        return open().metadata();
    }

    @Override
    public ModelResult run(Map<String, Tensor> inputs) {
        return open().run(inputs);
    }
}
