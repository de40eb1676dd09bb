package dev.marmita.runner.inference;

import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.onnx.OnnxModel;
import io.netty.buffer.ByteBufAllocator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * What the REST doors to the models share. Thread-safe.
 *
 * @param models asked for once {@code ready}
 */
record RestKit(
        BooleanSupplier ready,
        Supplier<ServedModels> models,
        Inference inference,
        Documents documents,
        ByteBufAllocator allocator) {

    /**
     * @throws RefusedException while the runner starts or stops
     */
    ServedModels served() {
        if (!ready.getAsBoolean()) {
            throw RefusedException.unprocessed("the service is not ready");
        }
        return models.get();
    }

    /**
     * @throws RefusedException 404 where there is none, or it is unloaded
     */
    OnnxModel loaded(String name, String version) {
        OnnxModel model = served().find(name, version);
        ServedModels.requireLoaded(model);
        return model;
    }

    /** Names of the models that can be called now. */
    List<String> loadedNames() {
        return ready.getAsBoolean() ? models.get().loadedNames() : List.of();
    }

    /** Whether a model can be called, as KServe tells it. */
    Reply.Whole readiness(String name, String version) {
        Map<String, Object> document = new LinkedHashMap<>();
        boolean now = false;
        document.put("name", name);
        if (ready.getAsBoolean()) {
            OnnxModel model = models.get().find(name, version);
            document.put("name", model.name());
            now = model.loaded();
        }
        document.put("ready", now);
        return documents.reply(now ? 200 : 503, document);
    }
}
