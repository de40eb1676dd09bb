package dev.marmita.runner.batching;

import dev.marmita.service.ElementKind;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What two calls must have in common to share a run: the shapes of one row of every input.
 *
 * @param rows shape of a row by input, in the signature's order
 */
record BatchKey(List<List<Long>> rows) {

    BatchKey {
        rows = List.copyOf(rows);
    }

    /** A call's key and size; empty where its inputs do not agree on a number of rows. */
    record Keyed(BatchKey key, int rows, long bytes) {}

    /** Inputs must fit the signature, whose first dimensions are variable. */
    static Optional<Keyed> of(Signature signature, Map<String, Tensor> inputs) {
        List<List<Long>> shapes = new ArrayList<>(signature.inputs().size());
        long rows = -1;
        long bytes = 0;
        for (Signature.Port port : signature.inputs()) {
            Tensor tensor = inputs.get(port.name());
            if (tensor == null || tensor.kind() == ElementKind.BYTES) {
                return Optional.empty();
            }
            long[] shape = tensor.shape();
            if (shape.length == 0 || shape[0] < 1 || (rows >= 0 && rows != shape[0])) {
                return Optional.empty();
            }
            rows = shape[0];
            bytes += tensor.size() * tensor.kind().size();
            List<Long> row = new ArrayList<>(shape.length);
            for (int i = 1; i < shape.length; i++) {
                row.add(shape[i]);
            }
            shapes.add(row);
        }
        return rows < 1 || rows > Integer.MAX_VALUE
                ? Optional.empty()
                : Optional.of(new Keyed(new BatchKey(shapes), (int) rows, bytes));
    }
}
