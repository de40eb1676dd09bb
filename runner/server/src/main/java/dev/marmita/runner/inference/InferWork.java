package dev.marmita.runner.inference;

import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Endpoint.BodyLayout;
import dev.marmita.runner.http.Endpoint.Sharing;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.BadInputException;
import dev.marmita.service.Signature;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers {@code POST …/infer} of one model. */
final class InferWork implements Endpoint.SharedWork {

    static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    private final OnnxModel model;
    private final Inference inference;
    private final ByteBufAllocator allocator;

    InferWork(OnnxModel model, Inference inference, ByteBufAllocator allocator) {
        this.model = model;
        this.inference = inference;
        this.allocator = allocator;
    }

    /** Text goes where a parser reads it; tensors where native code does. */
    static BodyLayout layout(HttpServerRequest request) {
        String header = request.getHeader(HEADER_LENGTH);
        if (header == null) {
            return new BodyLayout.Heap();
        }
        try {
            return new BodyLayout.Direct(Math.max(0, Integer.parseInt(header.strip())));
        } catch (NumberFormatException e) {
            return new BodyLayout.Direct(0);
        }
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
                        () -> read(request.getHeader(HEADER_LENGTH), body),
                        (call, outcome) -> RestWriting.write(outcome, call.id(), allocator)));
    }

    private InferCall read(@Nullable String headerLength, ByteBuf body) {
        if (headerLength == null) {
            return RestReading.read(model, JsonCursor.over(body), Unpooled.EMPTY_BUFFER, allocator);
        }
        int length = length(headerLength, body);
        if (length == 0) {
            return rawInput(body);
        }
        byte[] json = new byte[length];
        ByteBuf binary = body.duplicate();
        binary.readBytes(json);
        return RestReading.read(model, new JsonCursor(json, 0, length), binary, allocator);
    }

    private static int length(String header, ByteBuf body) {
        try {
            int length = Integer.parseInt(header.strip());
            if (length >= 0 && length <= body.readableBytes()) {
                return length;
            }
        } catch (NumberFormatException e) {
            // Answered below, with the others.
        }
        String shown = header.length() > 40 ? header.substring(0, 40) : header;
        throw new BadInputException(
                HEADER_LENGTH,
                "header "
                        + HEADER_LENGTH
                        + " is '"
                        + shown
                        + "', but the body has "
                        + body.readableBytes()
                        + " bytes");
    }

    /** The whole body as the only input's tensor; its one variable dimension follows from its size. */
    private InferCall rawInput(ByteBuf body) {
        List<Signature.Port> inputs = model.signature().inputs();
        if (inputs.size() != 1) {
            throw new BadInputException(
                    "model '" + model.name() + "' has several inputs: a raw body fits none");
        }
        Signature.Port port = inputs.getFirst();
        long[] shape = port.shape().stream().mapToLong(Long::longValue).toArray();
        long known = Math.max(1, port.kind().size());
        int variable = -1;
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] >= 0) {
                known = Math.multiplyExact(known, shape[i]);
            } else if (variable < 0) {
                variable = i;
            } else {
                throw new BadInputException(
                        port.name(),
                        "input '"
                                + port.name()
                                + "' has several variable dimensions: a raw body does not tell them");
            }
        }
        if (variable >= 0) {
            shape[variable] = known == 0 ? 0 : body.readableBytes() / known;
        }
        InferCall call = new InferCall(model);
        call.input(port.name(), RawTensors.read(port.name(), port.kind(), shape, body.duplicate()));
        return call;
    }
}
