package dev.marmita.runner.inference;

import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Reply;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/** Writes an outcome as version 1 does: {@code {"predictions": …}}. */
final class PredictWriting {

    private PredictWriting() {}

    /**
     * @param rows whether an element for every row goes out, which takes outputs that agree on their
     *     first dimension; else whole tensors
     */
    static Reply.Whole write(Inference.Outcome outcome, boolean rows, ByteBufAllocator allocator) {
        List<Tensor> tensors = outcome.tensors();
        List<String> names = outcome.outputs().stream().map(InferCall.Wanted::name).toList();
        long capacity = 256;
        for (int i = 0; i < tensors.size(); i++) {
            requireText(names.get(i), tensors.get(i));
            capacity += 64 + tensors.get(i).size() * 12;
        }
        ByteBuf body = allocator.directBuffer((int) Math.min(capacity, 1 << 28));
        try {
            JsonText json = new JsonText(body);
            json.raw("{\"predictions\":");
            if (tensors.size() == 1) {
                json.nested(tensors.getFirst());
            } else if (rows && sameRows(tensors)) {
                rows(names, tensors, json);
            } else {
                columns(names, tensors, json);
            }
            json.raw("}").flush();
            return Reply.of(200, "application/json", body);
        } catch (RuntimeException | Error e) {
            body.release();
            throw e;
        }
    }

    private static void requireText(String output, Tensor tensor) {
        if (tensor.kind() == ElementKind.FP16 || tensor.kind() == ElementKind.BF16) {
            throw new RefusedException(
                    400,
                    "output '"
                            + output
                            + "' of "
                            + tensor.kind()
                            + " has no form in JSON; ask for it over /v2 as binary data");
        }
    }

    private static boolean sameRows(List<Tensor> tensors) {
        return tensors.stream()
                        .map(tensor -> tensor.shape().length == 0 ? -1 : tensor.shape()[0])
                        .distinct()
                        .count()
                == 1;
    }

    private static void rows(List<String> names, List<Tensor> tensors, JsonText json) {
        List<Runnable> each = new ArrayList<>();
        tensors.forEach(tensor -> each.add(json.rows(tensor)));
        long count = tensors.getFirst().shape()[0];
        json.raw("[");
        for (long row = 0; row < count; row++) {
            json.raw(row == 0 ? "{" : ",{");
            for (int i = 0; i < names.size(); i++) {
                json.raw(i == 0 ? "" : ",").string(names.get(i)).raw(":");
                each.get(i).run();
            }
            json.raw("}");
        }
        json.raw("]");
    }

    private static void columns(List<String> names, List<Tensor> tensors, JsonText json) {
        json.raw("{");
        for (int i = 0; i < names.size(); i++) {
            json.raw(i == 0 ? "" : ",").string(names.get(i)).raw(":");
            json.nested(tensors.get(i));
        }
        json.raw("}");
    }
}
