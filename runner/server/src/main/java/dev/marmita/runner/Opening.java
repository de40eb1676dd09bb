package dev.marmita.runner;

import dev.marmita.runner.StartFailedException.Reason;
import dev.marmita.runner.onnx.DeviceUnavailableException;
import dev.marmita.runner.onnx.FirstRuns;
import dev.marmita.runner.onnx.ModelInvalidException;
import dev.marmita.runner.onnx.ModelSource;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.runner.onnx.OnnxOptions;
import dev.marmita.service.Model;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Opens models beside each other, each on a platform thread of its own, from the first moment on. */
final class Opening implements AutoCloseable {

    private final Map<String, FutureTask<OnnxModel>> bySlot = new LinkedHashMap<>();
    private final Map<String, Model> promised = new LinkedHashMap<>();

    /**
     * Begins; a model bound to several slots is opened once.
     *
     * @param allOpen is run when the last one is open
     * @throws IllegalArgumentException where first runs are asked for that there cannot be
     */
    Opening(
            List<Launch.BoundModel> models,
            OnnxOptions options,
            FirstRuns firstRuns,
            Runnable allOpen) {
        firstRuns.check(models.stream().map(Launch.BoundModel::slot).toList());
        Map<ModelSource, FutureTask<OnnxModel>> opening = new LinkedHashMap<>();
        AtomicInteger closed = new AtomicInteger();
        for (Launch.BoundModel model : models) {
            ModelSource source =
                    new ModelSource(model.name(), model.version(), model.digest(), model.file());
            FutureTask<OnnxModel> task =
                    opening.computeIfAbsent(
                            source,
                            one ->
                                    new FutureTask<>(
                                            () -> {
                                                OnnxModel made =
                                                        open(model.slot(), one, options, firstRuns);
                                                if (closed.decrementAndGet() == 0) {
                                                    allOpen.run();
                                                }
                                                return made;
                                            }));
            bySlot.put(model.slot(), task);
            promised.put(model.slot(), new PendingModel(model, task));
        }
        closed.set(opening.size());
        int number = 0;
        for (FutureTask<OnnxModel> task : opening.values()) {
            Thread.ofPlatform().name("open-model-" + number++).daemon().start(task);
        }
        if (opening.isEmpty()) {
            allOpen.run();
        }
    }

    private static OnnxModel open(
            String slot, ModelSource source, OnnxOptions options, FirstRuns firstRuns)
            throws ModelInvalidException {
        OnnxModel model = OnnxModel.open(source, options);
        try {
            firstRuns.run(slot, model);
            return model;
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    /** The models by slot, open or not yet. */
    Map<String, Model> promised() {
        return Collections.unmodifiableMap(promised);
    }

    /**
     * The models by slot, once all are open; where one fails, the others are closed again.
     *
     * @throws StartFailedException for the first that cannot be opened
     */
    Map<String, OnnxModel> await() throws StartFailedException {
        Map<String, OnnxModel> models = new LinkedHashMap<>();
        StartFailedException failure = null;
        for (Map.Entry<String, FutureTask<OnnxModel>> task : bySlot.entrySet()) {
            try {
                models.put(task.getKey(), task.getValue().get());
            } catch (ExecutionException e) {
                failure = failure == null ? failure(task.getKey(), e.getCause()) : failure;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StartFailedException(
                        Reason.START_FAILED, "interrupted while models were opening", e);
            }
        }
        if (failure != null) {
            models.values().forEach(OnnxModel::close);
            throw failure;
        }
        return models;
    }

    private static StartFailedException failure(String slot, @Nullable Throwable cause) {
        return switch (cause) {
            case ModelInvalidException e ->
                    new StartFailedException(
                            Reason.MODEL_INVALID, "slot '" + slot + "': " + e.getMessage(), e);
            case DeviceUnavailableException e ->
                    new StartFailedException(
                            Reason.START_FAILED, String.valueOf(e.getMessage()), e);
            case FirstRuns.FirstRunException e ->
                    new StartFailedException(
                            Reason.START_FAILED, String.valueOf(e.getMessage()), e);
            case OutOfMemoryError e ->
                    new StartFailedException(
                            Reason.OUT_OF_MEMORY,
                            "slot '" + slot + "': not enough memory to open the model",
                            e);
            case null, default ->
                    new StartFailedException(
                            Reason.START_FAILED,
                            "slot '" + slot + "': the model could not be opened: " + cause,
                            cause == null ? new IllegalStateException() : cause);
        };
    }

    /** Closes what is open, and waits for what is opening. */
    @Override
    public void close() {
        for (FutureTask<OnnxModel> task : bySlot.values()) {
            try {
                task.get().close();
            } catch (ExecutionException e) {
                // There is nothing to close, and await() tells of it.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
