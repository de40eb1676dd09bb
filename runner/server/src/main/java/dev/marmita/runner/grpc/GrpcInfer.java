package dev.marmita.runner.grpc;

import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Endpoint.Sharing;
import dev.marmita.runner.inference.InferCall;
import dev.marmita.runner.inference.Inference;
import dev.marmita.runner.inference.ModelSharing;
import dev.marmita.runner.inference.ServedModels;
import dev.marmita.runner.work.RequestScope;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers {@code ModelInfer}. */
final class GrpcInfer implements Endpoint.SharedWork {

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

    /** By the model that the first fields name; those who write them elsewhere go by themselves. */
    @Override
    public Optional<Sharing> sharing(HttpServerRequest request, ByteBuf body) {
        if (body.readableBytes() <= Frames.HEAD || body.getByte(body.readerIndex()) != 0) {
            return Optional.empty();
        }
        try {
            ProtoReader reader = new ProtoReader(body.duplicate().skipBytes(Frames.HEAD));
            String model = reader.next() == 1 ? reader.string() : "";
            String version = reader.next() == 2 ? reader.string() : "";
            return Optional.of(new ModelSharing(models.get().find(model, version)));
        } catch (RuntimeException e) {
            return Optional.empty(); // it is refused where it is decoded
        }
    }

    @Override
    public ModelSharing.Part open(RequestScope scope, HttpServerRequest request, ByteBuf body) {
        ByteBuf message = frames.only(body, request.getHeader("grpc-encoding"));
        InferRequest[] read = new InferRequest[1];
        try {
            return new ModelSharing.Part(
                    inference.open(
                            scope,
                            () -> {
                                read[0] = InferRequest.read(message);
                                InferCall call = read[0].call(models.get(), allocator);
                                call.hold(message.retain());
                                return call;
                            },
                            (call, outcome) -> {
                                InferResponse response =
                                        InferResponse.of(call, outcome, read[0].typed());
                                return Frames.reply(frames.frame(response.size(), response::write));
                            }));
        } finally {
            message.release();
        }
    }
}
