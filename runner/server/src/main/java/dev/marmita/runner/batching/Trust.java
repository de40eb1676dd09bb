package dev.marmita.runner.batching;

import dev.marmita.service.ModelResult;
import dev.marmita.service.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Whether a model's answers have been seen to be the same in a batch as alone. A first dimension may be
 * the time of a sequence, a scale may be taken over the whole batch: only answers tell. Not thread-safe.
 */
final class Trust {

    private static final int PROOFS = 3;
    private static final int BETWEEN_LOOKS = 512;

    private int ofDifferent;
    private int ofEqual;
    private long batches;

    /**
     * Whether the answers of this batch must be compared with those of every call alone.
     *
     * @param equal whether all its calls have the same inputs, which prove less
     */
    boolean mustProve(boolean equal) {
        batches++;
        return batches % BETWEEN_LOOKS == 0
                || (equal ? ofDifferent + ofEqual < PROOFS : ofDifferent < PROOFS);
    }

    /** Whether nothing about its inputs matters any more. */
    boolean earned() {
        return ofDifferent >= PROOFS;
    }

    void proved(boolean equal) {
        if (equal) {
            ofEqual++;
        } else {
            ofDifferent++;
        }
    }

    /** Whether all calls have the same inputs, byte by byte. */
    static boolean equal(List<BatchCall> calls) {
        Map<String, Tensor> first = calls.getFirst().inputs();
        for (BatchCall call : calls.subList(1, calls.size())) {
            for (Map.Entry<String, Tensor> input : first.entrySet()) {
                Tensor other = call.inputs().get(input.getKey());
                if (other == null || !other.data().equals(input.getValue().data())) {
                    return false;
                }
            }
        }
        return true;
    }

    static boolean same(ModelResult inBatch, ModelResult alone) {
        return inBatch.outputs().entrySet().stream()
                .allMatch(
                        output -> {
                            Tensor other = alone.outputs().get(output.getKey());
                            return other != null && Likeness.same(output.getValue(), other);
                        });
    }
}
