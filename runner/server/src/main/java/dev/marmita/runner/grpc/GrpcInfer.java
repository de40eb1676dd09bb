package dev.marmita.runner.grpc;

import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.inference.Inference;
import dev.marmita.runner.inference.ServedModels;
import dev.marmita.runner.work.RequestScope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Supplier;

/** Answers {@code ModelInfer}. */
final class GrpcInfer implements Endpoint.Work {

    private final Supplier<ServedModels> models;
    private final Inference inference;
    private final Frames frames;
    private final ByteBufAllocator allocator;

    GrpcInfer(
            Supplier<ServedModels> models,
            Inference inference,
            Frames frames,
            ByteBufAllocator allocator) {
        this.models = models;
        this.inference = inference;
        this.frames = frames;
        this.allocator = allocator;
    }

    @Override
    public Reply answer(RequestScope scope, HttpServerRequest request, ByteBuf body) {
        ByteBuf message = frames.only(body, request.getHeader("grpc-encoding"));
        try {
            return Frames.reply(answer(scope, message));
        } finally {
            message.release();
        }
    }

    private ByteBuf answer(RequestScope scope, ByteBuf message) {
        InferRequest[] read = new InferRequest[1];
        return inference.answer(
                scope,
                () -> {
                    read[0] = InferRequest.read(message);
                    return read[0].call(models.get(), allocator);
                },
                (call, outcome) -> {
                    InferResponse response = InferResponse.of(call, outcome, read[0].typed());
                    return frames.frame(response.size(), response::write);
                });
    }
}
