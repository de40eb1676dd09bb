package dev.marmita.runner.inference;

import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Endpoint.BodyLayout;
import dev.marmita.runner.http.Endpoint.Sharing;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.runner.work.RequestScope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;

/** Answers {@code POST …/infer} of one model. */
final class InferWork implements Endpoint.SharedWork {

    private final OnnxModel model;
    private final Inference inference;
    private final ByteBufAllocator allocator;

    InferWork(OnnxModel model, Inference inference, ByteBufAllocator allocator) {
        this.model = model;
        this.inference = inference;
        this.allocator = allocator;
    }

    static BodyLayout layout(HttpServerRequest request) {
        return InferReading.layout(request.getHeader(InferReading.HEADER_LENGTH));
    }

    @Override
    public Optional<Sharing> sharing(HttpServerRequest request, ByteBuf body) {
        return Optional.of(new ModelSharing(model));
    }

    @Override
    public ModelSharing.Part open(RequestScope scope, HttpServerRequest request, ByteBuf body) {
        ServedModels.requireLoaded(model);
        return new ModelSharing.Part(
                inference.open(
                        scope,
                        () ->
                                InferReading.read(
                                        model,
                                        request.getHeader(InferReading.HEADER_LENGTH),
                                        body,
                                        allocator),
                        (call, outcome) -> RestWriting.write(outcome, call.id(), allocator)));
    }
}
