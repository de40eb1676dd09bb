package dev.marmita.runner.inference;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * What one model has done since the runner started, counted as Triton's statistics extension counts.
 * Goes on counting when the model is unloaded and loaded again. Thread-safe.
 */
public final class ModelStatistics implements ModelRecorder {

    private static final int MAX_BATCH_SIZES = 512;

    /** A number of events and the time that they took together. */
    public record Total(long count, long nanos) {}

    /** Runs of one batch size. */
    public record OfBatchSize(int size, Total input, Total infer, Total output) {}

    /**
     * All counters at about one moment.
     *
     * @param lastInference epoch milliseconds; 0: none yet
     * @param inferences rows that were computed
     * @param executions runs of the model
     * @param success requests answered, from their arrival to their answer
     * @param fail requests that failed, the same
     * @param queue time before a request's run
     * @param input time to decode and lay together, by requests
     * @param output time to take apart and encode, by requests
     * @param batches by batch size, ascending
     */
    public record Snapshot(
            long lastInference,
            long inferences,
            long executions,
            Total success,
            Total fail,
            Total queue,
            Total input,
            Total infer,
            Total output,
            List<OfBatchSize> batches) {}

    private static final class Sum {
        private final LongAdder count = new LongAdder();
        private final LongAdder nanos = new LongAdder();

        void add(long times, long time) {
            count.add(times);
            nanos.add(time);
        }

        Total total() {
            return new Total(count.sum(), nanos.sum());
        }
    }

    private static final class Batch {
        private final Sum input = new Sum();
        private final Sum infer = new Sum();
        private final Sum output = new Sum();
    }

    private final LongSupplier clockMillis;
    private final AtomicLong lastInference = new AtomicLong();
    private final LongAdder inferences = new LongAdder();
    private final LongAdder executions = new LongAdder();
    private final Sum success = new Sum();
    private final Sum fail = new Sum();
    private final Sum queue = new Sum();
    private final Sum input = new Sum();
    private final Sum infer = new Sum();
    private final Sum output = new Sum();
    private final Map<Integer, Batch> batches = new ConcurrentSkipListMap<>();
    private final AtomicInteger batchSizes = new AtomicInteger();

    ModelStatistics(LongSupplier clockMillis) {
        this.clockMillis = clockMillis;
    }

    @Override
    public void executed(int requests, int rows, long inputTime, long inferTime, long outputTime) {
        lastInference.accumulateAndGet(clockMillis.getAsLong(), Math::max);
        inferences.add(rows);
        executions.increment();
        // Every request of a batch waits for the whole batch.
        input.add(0, requests * inputTime);
        infer.add(requests, requests * inferTime);
        output.add(0, requests * outputTime);
        Batch batch = batches.get(rows);
        if (batch == null && batchSizes.get() < MAX_BATCH_SIZES) {
            batch = batches.computeIfAbsent(rows, this::batch);
        }
        if (batch != null) {
            batch.input.add(1, inputTime);
            batch.infer.add(1, inferTime);
            batch.output.add(1, outputTime);
        }
    }

    private Batch batch(Integer rows) {
        batchSizes.incrementAndGet();
        return new Batch();
    }

    @Override
    public void waited(long nanos) {
        queue.add(0, nanos);
    }

    /**
     * A request that came from outside was answered.
     *
     * @param total from its arrival to its answer
     * @param queued before a thread took it
     * @param decoded time to read its tensors
     * @param encoded time to write its answer
     */
    public void succeeded(long total, long queued, long decoded, long encoded) {
        success.add(1, total);
        queue.add(1, queued);
        input.add(1, decoded);
        output.add(1, encoded);
    }

    /** A request that came from outside was not answered, after that time. */
    public void failed(long total) {
        fail.add(1, total);
    }

    public Snapshot snapshot() {
        List<OfBatchSize> sizes = new ArrayList<>();
        batches.forEach(
                (size, batch) ->
                        sizes.add(
                                new OfBatchSize(
                                        size,
                                        batch.input.total(),
                                        batch.infer.total(),
                                        batch.output.total())));
        return new Snapshot(
                lastInference.get(),
                inferences.sum(),
                executions.sum(),
                success.total(),
                fail.total(),
                queue.total(),
                input.total(),
                infer.total(),
                output.total(),
                List.copyOf(sizes));
    }
}
