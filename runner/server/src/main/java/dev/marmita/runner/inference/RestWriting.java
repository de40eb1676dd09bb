package dev.marmita.runner.inference;

import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.inference.InferCall.Wanted;
import dev.marmita.runner.inference.Inference.Outcome;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import java.util.List;

/** Writes an outcome for REST: JSON, and after it the outputs that go as raw bytes. */
final class RestWriting {

    /** Outputs from this size on go out from where they lie. */
    private static final int LARGE = 64 << 10;

    /** Beyond, Netty would copy. */
    private static final int MOST_PARTS = 1024;

    private RestWriting() {}

    static Reply.Whole write(Outcome outcome, String id, ByteBufAllocator allocator) {
        List<Tensor> tensors = outcome.tensors();
        ByteBuf head = allocator.directBuffer(capacity(outcome, tensors));
        ByteBuf body = head;
        try {
            int json = writeJson(outcome, tensors, id, head);
            boolean raw = false;
            for (int i = 0; i < tensors.size(); i++) {
                if (!outcome.outputs().get(i).binary()) {
                    continue;
                }
                raw = true;
                if (large(tensors.get(i))) {
                    body =
                            chained(body, allocator)
                                    .addComponent(true, outcome.lend(tensors.get(i)));
                } else {
                    RawTensors.write(tensors.get(i), body);
                }
            }
            return raw
                    ? Reply.of(200, "application/octet-stream", body)
                            .with("Inference-Header-Content-Length", Integer.toString(json))
                    : Reply.of(200, "application/json", body);
        } catch (RuntimeException | Error e) {
            body.release();
            throw e;
        }
    }

    private static boolean large(Tensor tensor) {
        return tensor.kind() != ElementKind.BYTES && tensor.data().remaining() >= LARGE;
    }

    private static CompositeByteBuf chained(ByteBuf body, ByteBufAllocator allocator) {
        return body instanceof CompositeByteBuf chain
                ? chain
                : allocator.compositeDirectBuffer(MOST_PARTS).addComponent(true, body);
    }

    private static int capacity(Outcome outcome, List<Tensor> tensors) {
        long capacity = 512;
        for (int i = 0; i < tensors.size(); i++) {
            Tensor tensor = tensors.get(i);
            boolean raw = outcome.outputs().get(i).binary();
            capacity += 256;
            if (!raw) {
                capacity += tensor.size() * 12;
            } else if (!large(tensor)) {
                capacity += RawTensors.size(tensor);
            }
        }
        return (int) Math.min(capacity, 1 << 28);
    }

    private static int writeJson(Outcome outcome, List<Tensor> tensors, String id, ByteBuf body) {
        JsonText json = new JsonText(body);
        json.raw("{\"model_name\":").string(outcome.model().name());
        json.raw(",\"model_version\":").string(outcome.model().version());
        if (!id.isEmpty()) {
            json.raw(",\"id\":").string(id);
        }
        json.raw(",\"outputs\":[");
        for (int i = 0; i < tensors.size(); i++) {
            json.raw(i == 0 ? "" : ",");
            output(outcome.outputs().get(i), tensors.get(i), json);
        }
        json.raw("]}");
        json.flush();
        return body.readableBytes();
    }

    private static void output(Wanted wanted, Tensor tensor, JsonText json) {
        json.raw("{\"name\":").string(wanted.name());
        json.raw(",\"datatype\":\"").raw(tensor.kind().name()).raw("\",\"shape\":[");
        long[] shape = tensor.shape();
        for (int i = 0; i < shape.length; i++) {
            json.raw(i == 0 ? "" : ",").number(shape[i]);
        }
        json.raw("]");
        if (wanted.binary()) {
            json.raw(",\"parameters\":{\"binary_data_size\":")
                    .number(RawTensors.size(tensor))
                    .raw("}}");
            return;
        }
        switch (tensor.kind()) {
            case FP16, BF16 ->
                    throw new RefusedException(
                            400,
                            "output '"
                                    + wanted.name()
                                    + "' of "
                                    + tensor.kind()
                                    + " must be asked for as binary data");
            default -> json.raw(",\"data\":[").elements(tensor).raw("]}");
        }
    }
}
