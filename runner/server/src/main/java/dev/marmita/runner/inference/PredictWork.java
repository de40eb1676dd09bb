package dev.marmita.runner.inference;

import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Endpoint.Sharing;
import dev.marmita.runner.inference.PredictReading.Prediction;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.runner.work.RequestScope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Answers {@code :predict} of version 1 for one model. Its body stands in the heap. */
final class PredictWork implements Endpoint.SharedWork {

    private final OnnxModel model;
    private final Inference inference;
    private final ByteBufAllocator allocator;

    PredictWork(OnnxModel model, Inference inference, ByteBufAllocator allocator) {
        this.model = model;
        this.inference = inference;
        this.allocator = allocator;
    }

    @Override
    public Optional<Sharing> sharing(HttpServerRequest request, ByteBuf body) {
        return Optional.of(new ModelSharing(model));
    }

    @Override
    public ModelSharing.Part open(RequestScope scope, HttpServerRequest request, ByteBuf body) {
        ServedModels.requireLoaded(model);
        boolean[] rows = {false};
        return new ModelSharing.Part(
                inference.open(
                        scope,
                        () -> {
                            Prediction read =
                                    PredictReading.read(model, JsonCursor.over(body), allocator);
                            rows[0] = read.rows();
                            return read.call();
                        },
                        (call, outcome) -> PredictWriting.write(outcome, rows[0], allocator)));
    }
}
