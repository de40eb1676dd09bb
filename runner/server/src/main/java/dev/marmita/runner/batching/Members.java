package dev.marmita.runner.batching;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The calls of one run, by their shapes. */
record Members(List<BatchKey.Keyed> calls) {

    /** Rows of all. */
    int rows() {
        return calls.stream().mapToInt(BatchKey.Keyed::rows).reduce(0, Math::addExact);
    }

    List<Integer> rowsOfEach() {
        return calls.stream().map(BatchKey.Keyed::rows).toList();
    }

    BatchKey first() {
        return calls.getFirst().key();
    }

    /**
     * Bytes of the run's inputs.
     *
     * @param fills empty: nothing is filled up
     */
    long bytes(Optional<Widths> fills) {
        long bytes = calls.stream().mapToLong(BatchKey.Keyed::bytes).sum();
        if (fills.isPresent()) {
            long longest = length(fills.get());
            for (BatchKey.Keyed call : calls) {
                BatchPlanner.Width width = width(fills.get(), call);
                bytes += (longest - width.length()) * width.bytesOfLength();
            }
        }
        return bytes;
    }

    /** How all are filled up to the longest. */
    Joined.Filled filled(Widths widths) {
        return new Joined.Filled(
                widths.filling(),
                length(widths),
                calls.stream().map(call -> widths.rows(call.key())).toList());
    }

    /** What runs of the calls of each shape would cost; 0 where that is not known. */
    long separate(BatchPlanner.Cost cost) {
        Map<BatchKey, long[]> groups = new LinkedHashMap<>();
        for (BatchKey.Keyed call : calls) {
            long[] sums = groups.computeIfAbsent(call.key(), key -> new long[2]);
            sums[0] += call.rows();
            sums[1] += call.bytes();
        }
        long nanos = 0;
        for (long[] sums : groups.values()) {
            nanos += cost.nanos((int) sums[0], sums[1]);
        }
        return nanos;
    }

    private long length(Widths widths) {
        return calls.stream().mapToLong(call -> width(widths, call).length()).max().orElseThrow();
    }

    private static BatchPlanner.Width width(Widths widths, BatchKey.Keyed call) {
        return widths.filling()
                .width(call)
                .orElseThrow(() -> new IllegalStateException("a call cannot be filled up"));
    }
}
