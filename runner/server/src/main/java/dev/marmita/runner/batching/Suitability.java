package dev.marmita.runner.batching;

import dev.marmita.service.ElementKind;
import dev.marmita.service.Signature;

/** Whether a model's shapes allow batches at all. */
final class Suitability {

    private Suitability() {}

    /**
     * Every input and output has a variable first dimension and something else beside it: a model over a
     * single dimension is a model over a sequence as likely as over a batch. That the first dimension is
     * the batch is not told by shapes; the batcher looks at answers before it believes it.
     */
    static boolean of(Signature signature) {
        return !signature.inputs().isEmpty()
                && signature.inputs().stream().allMatch(Suitability::fits)
                && signature.outputs().stream().allMatch(Suitability::fits)
                && signature.inputs().stream().anyMatch(port -> port.shape().size() > 1);
    }

    private static boolean fits(Signature.Port port) {
        return port.kind() != ElementKind.BYTES
                && !port.shape().isEmpty()
                && port.shape().getFirst() < 0;
    }
}
