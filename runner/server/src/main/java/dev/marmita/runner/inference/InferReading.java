package dev.marmita.runner.inference;

import dev.marmita.runner.http.Endpoint.BodyLayout;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.service.BadInputException;
import dev.marmita.service.Signature;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Bodies of the Open Inference Protocol: JSON, or JSON of an announced length and raw tensors after it.
 * An announced length of 0 makes the whole body the only input's tensor.
 */
final class InferReading {

    static final String HEADER_LENGTH = "Inference-Header-Content-Length";

    private InferReading() {}

    /** Text goes where a parser reads it; tensors where native code does. */
    static BodyLayout layout(@Nullable String headerLength) {
        if (headerLength == null) {
            return new BodyLayout.Heap();
        }
        try {
            return new BodyLayout.Direct(Math.max(0, Integer.parseInt(headerLength.strip())));
        } catch (NumberFormatException e) {
            return new BodyLayout.Direct(0);
        }
    }

    /**
     * Reads a body that was laid out for that length.
     *
     * @param headerLength bytes of JSON as the caller announced them; null: all
     */
    static InferCall read(
            OnnxModel model,
            @Nullable String headerLength,
            ByteBuf body,
            ByteBufAllocator allocator) {
        if (headerLength == null) {
            return RestReading.read(model, JsonCursor.over(body), Unpooled.EMPTY_BUFFER, allocator);
        }
        int length = length(headerLength, body);
        if (length == 0) {
            return rawInput(model, body);
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
    static InferCall rawInput(OnnxModel model, ByteBuf body) {
        Signature.Port port = onlyInput(model);
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

    private static Signature.Port onlyInput(OnnxModel model) {
        if (model.signature().inputs().size() != 1) {
            throw new BadInputException(
                    "model '" + model.name() + "' has several inputs: a raw body fits none");
        }
        return model.signature().inputs().getFirst();
    }
}
