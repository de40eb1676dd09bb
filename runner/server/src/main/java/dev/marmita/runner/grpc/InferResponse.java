package dev.marmita.runner.grpc;

import dev.marmita.runner.inference.InferCall;
import dev.marmita.runner.inference.Inference;
import dev.marmita.runner.inference.RawTensors;
import dev.marmita.service.Tensor;
import java.util.List;

/**
 * {@code ModelInferResponse} of an outcome, which must stay open while it is written.
 *
 * @param tells whether it says that no other answer follows
 */
record InferResponse(
        Inference.Outcome outcome, List<Tensor> tensors, String id, boolean typed, boolean tells) {

    /**
     * @param typed whether outputs go in typed fields; those that only raw contents can carry make all
     *     raw
     */
    static InferResponse of(InferCall call, Inference.Outcome outcome, boolean typed) {
        List<Tensor> tensors = outcome.tensors();
        boolean can = tensors.stream().allMatch(tensor -> Contents.canHold(tensor.kind()));
        return new InferResponse(
                outcome, tensors, call.id(), typed && can, call.parameters().tellsFinal());
    }

    /** About the bytes that it takes. */
    int size() {
        int capacity = 512;
        for (Tensor tensor : tensors) {
            capacity = Math.addExact(capacity, 128 + RawTensors.size(tensor));
        }
        return capacity;
    }

    void write(ProtoWriter to) {
        to.string(1, outcome.model().name());
        to.string(2, outcome.model().version());
        to.string(3, id);
        if (tells) {
            to.message(
                    4,
                    entry ->
                            entry.string(1, "triton_final_response")
                                    .message(2, value -> value.bool(1, true)));
        }
        for (int i = 0; i < tensors.size(); i++) {
            String name = outcome.outputs().get(i).name();
            Tensor tensor = tensors.get(i);
            to.message(5, inner -> output(name, tensor, inner));
        }
        if (!typed) {
            for (Tensor tensor : tensors) {
                to.tag(6, ProtoReader.BYTES).varint(RawTensors.size(tensor));
                RawTensors.write(tensor, to.buffer());
            }
        }
    }

    private void output(String name, Tensor tensor, ProtoWriter to) {
        to.string(1, name).string(2, tensor.kind().name()).packed(3, tensor.shape());
        if (typed) {
            to.message(5, contents -> Contents.write(tensor, contents));
        }
    }
}
