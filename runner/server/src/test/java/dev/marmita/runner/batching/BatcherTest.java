package dev.marmita.runner.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.marmita.runner.batching.BatchChoice.State;
import dev.marmita.runner.work.CurrentRequest;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.BadInputException;
import dev.marmita.service.ElementKind;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.FloatBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatcherTest {

    private static final Signature SIGNATURE =
            new Signature(
                    List.of(new Signature.Port("x", ElementKind.FP32, List.of(-1L, 3L))),
                    List.of(new Signature.Port("y", ElementKind.FP32, List.of(-1L, 3L))));

    /** Doubles every element; fails on a batch with a 13 in it. */
    private static class Doubling implements Engine {
        final List<Integer> batches = new CopyOnWriteArrayList<>();
        final AtomicInteger open = new AtomicInteger();

        @Override
        public Signature signature() {
            return SIGNATURE;
        }

        @Override
        public ModelResult run(Map<String, Tensor> inputs, Set<String> outputs) {
            Tensor x = inputs.get("x");
            long[] shape = x.shape();
            batches.add((int) shape[0]);
            FloatBuffer in = x.floats();
            float[] out = new float[in.remaining()];
            for (int i = 0; i < out.length; i++) {
                if (in.get(i) == 13) {
                    throw new BadInputException("x", "13 brings bad luck");
                }
                out[i] = value(in.get(i), (int) shape[0]);
            }
            open.incrementAndGet();
            Tensor y = Tensor.ofFloats(out, shape);
            return new ModelResult() {
                @Override
                public Map<String, Tensor> outputs() {
                    return Map.of("y", y);
                }

                @Override
                public void close() {
                    open.decrementAndGet();
                }
            };
        }

        float value(float x, int rows) {
            return 2 * x;
        }
    }

    private static Batcher batcher(Engine engine, int permits) {
        return new Batcher(
                engine,
                new BatchOptions(
                        new BatchSettings(BatchSettings.Mode.ON, 8, 1 << 20, Duration.ZERO),
                        1,
                        permits,
                        UnpooledByteBufAllocator.DEFAULT,
                        new CurrentRequest(),
                        BatchWatch.NONE));
    }

    private static RequestScope scope() {
        return new RequestScope("r", name -> null, Duration.ofSeconds(20), Instant.now());
    }

    private static BatchCall call(RequestScope scope, float... values) {
        return new BatchCall(
                Map.of("x", Tensor.ofFloats(values, values.length / 3, 3)),
                Set.of("y"),
                Optional.of(scope));
    }

    private static BatchCall call(float... values) {
        return call(scope(), values);
    }

    private static List<Float> values(BatchCall call) {
        try (ModelResult result = call.result()) {
            FloatBuffer floats = result.first().floats();
            List<Float> values = new ArrayList<>();
            while (floats.hasRemaining()) {
                values.add(floats.get());
            }
            return values;
        }
    }

    /** Batches are believed once some have been compared. */
    private static void earnTrust(Batcher batcher) {
        for (int i = 0; i < 3; i++) {
            List<BatchCall> calls = List.of(call(1, 2, 3), call(4, 5, 6));
            batcher.runAll(calls);
            calls.forEach(BatchCall::drop);
        }
    }

    @Test
    void givesEveryCallItsRowsOutOfOneRun() {
        Doubling engine = new Doubling();
        Batcher batcher = batcher(engine, 1);
        earnTrust(batcher);
        engine.batches.clear();
        BatchCall one = call(1, 2, 3);
        BatchCall two = call(4, 5, 6, 7, 8, 9);

        batcher.runAll(List.of(one, two));

        assertThat(engine.batches).containsExactly(3);
        assertThat(values(one)).containsExactly(2f, 4f, 6f);
        assertThat(engine.open).as("the run's memory while a part is open").hasValue(1);
        assertThat(values(two)).containsExactly(8f, 10f, 12f, 14f, 16f, 18f);
        assertThat(engine.open).as("the run's memory after the last part").hasValue(0);
    }

    @Test
    void aPoisonedCallTakesNoOtherWithIt() {
        Doubling engine = new Doubling();
        Batcher batcher = batcher(engine, 1);
        earnTrust(batcher);
        BatchCall one = call(1, 2, 3);
        BatchCall poison = call(4, 13, 6);
        BatchCall two = call(7, 8, 9);

        batcher.runAll(List.of(one, poison, two));

        assertThat(values(one)).containsExactly(2f, 4f, 6f);
        assertThat(values(two)).containsExactly(14f, 16f, 18f);
        assertThatThrownBy(poison::result)
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("bad luck");
        assertThat(engine.open).hasValue(0);
    }

    @Test
    void doesNotRunForThoseWhoHaveGone() {
        Doubling engine = new Doubling();
        Batcher batcher = batcher(engine, 1);
        earnTrust(batcher);
        engine.batches.clear();
        RequestScope gone = scope();
        BatchCall left = call(gone, 1, 2, 3);
        BatchCall stays = call(4, 5, 6);
        gone.cancel();

        batcher.runAll(List.of(left, stays));

        assertThat(engine.batches).containsExactly(1);
        assertThat(values(stays)).containsExactly(8f, 10f, 12f);
        assertThatThrownBy(left::result).isInstanceOf(CancellationException.class);
    }

    @Test
    void anAnswerThatChangesInABatchIsNeverGivenAndEndsBatching() {
        Doubling engine =
                new Doubling() {
                    @Override
                    float value(float x, int rows) {
                        return x / rows;
                    }
                };
        Batcher batcher = batcher(engine, 1);
        BatchCall one = call(1, 2, 3);
        BatchCall two = call(4, 5, 6);

        batcher.runAll(List.of(one, two));

        assertThat(values(one)).containsExactly(1f, 2f, 3f);
        assertThat(values(two)).containsExactly(4f, 5f, 6f);
        assertThat(batcher.choice().state()).isEqualTo(State.UNSAFE);
        assertThat(batcher.room()).isEqualTo(1);
        assertThat(engine.open).hasValue(0);
    }

    @Test
    void aBatchOfEqualInputsProvesNothingForOthers() {
        Doubling engine = new Doubling();
        Batcher batcher = batcher(engine, 1);
        for (int i = 0; i < 5; i++) {
            List<BatchCall> equal = List.of(call(1, 2, 3), call(1, 2, 3));
            batcher.runAll(equal);
            equal.forEach(BatchCall::drop);
        }
        engine.batches.clear();
        List<BatchCall> others = List.of(call(1, 2, 3), call(4, 5, 6));

        batcher.runAll(others);

        others.forEach(BatchCall::drop);
        assertThat(engine.batches).as("the batch, and each call alone").containsExactly(2, 1, 1);
    }

    @Test
    void whatWaitsForABusyModelRunsTogether() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger running = new AtomicInteger();
        Doubling engine =
                new Doubling() {
                    @Override
                    public ModelResult run(Map<String, Tensor> inputs, Set<String> outputs) {
                        if (inputs.get("x").floats().get(0) == 99) {
                            running.incrementAndGet();
                            try {
                                go.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        }
                        return super.run(inputs, outputs);
                    }
                };
        Batcher batcher = batcher(engine, 1);
        earnTrust(batcher);
        engine.batches.clear();
        var busy = CompletableFuture.supplyAsync(() -> sum(batcher, call(99, 99, 99)), this::start);
        await().untilAtomic(running, org.hamcrest.Matchers.is(1));

        RequestScope leaving = scope();
        List<CompletableFuture<Float>> waiting = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            float value = i;
            waiting.add(
                    CompletableFuture.supplyAsync(
                            () -> sum(batcher, call(value, value, value)), this::start));
        }
        var gone =
                CompletableFuture.supplyAsync(
                        () -> sum(batcher, call(leaving, 7, 7, 7)), this::start);
        await().until(() -> batcher.waiting() == 4);
        leaving.cancel();
        assertThatThrownBy(() -> gone.get(10, TimeUnit.SECONDS))
                .hasCauseInstanceOf(CancellationException.class);
        go.countDown();

        assertThat(busy.get(10, TimeUnit.SECONDS)).isEqualTo(594f);
        for (int i = 1; i <= 3; i++) {
            assertThat(waiting.get(i - 1).get(10, TimeUnit.SECONDS)).isEqualTo(6f * i);
        }
        assertThat(engine.batches).containsExactly(1, 3);
        assertThat(engine.open).hasValue(0);
    }

    private void start(Runnable task) {
        Thread.ofPlatform().daemon().start(task);
    }

    private static float sum(Batcher batcher, BatchCall call) {
        try (ModelResult result = batcher.run(call)) {
            FloatBuffer floats = result.first().floats();
            float sum = 0;
            while (floats.hasRemaining()) {
                sum += floats.get();
            }
            return sum;
        }
    }

    /** Takes as long for a large batch as for a single call. */
    private static final class Slow extends Doubling {
        @Override
        public Signature signature() {
            return new Signature(
                    List.of(new Signature.Port("x", ElementKind.FP32, List.of(-1L, -1L))),
                    List.of(new Signature.Port("y", ElementKind.FP32, List.of(-1L, -1L))));
        }

        @Override
        public ModelResult run(Map<String, Tensor> inputs, Set<String> outputs) {
            long end = System.nanoTime() + 1_000_000;
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            return super.run(inputs, outputs);
        }
    }

    private static BatchCall sequence(int length) {
        float[] values = new float[length];
        java.util.Arrays.fill(values, length);
        return new BatchCall(
                Map.of("x", Tensor.ofFloats(values, 1, length)), Set.of("y"), Optional.of(scope()));
    }

    @Test
    void fillsUpWhereThatIsMeasuredToPay() {
        List<PaddingChoice> choices = new CopyOnWriteArrayList<>();
        Slow engine = new Slow();
        Batcher batcher =
                new Batcher(
                        engine,
                        new BatchOptions(
                                new BatchSettings(
                                        BatchSettings.Mode.AUTO, 8, 1 << 20, Duration.ZERO),
                                2,
                                1,
                                UnpooledByteBufAllocator.DEFAULT,
                                new CurrentRequest(),
                                new BatchWatch() {
                                    @Override
                                    public void executed(
                                            int calls, int rows, long in, long infer, long out) {}

                                    @Override
                                    public void waited(long nanos) {}

                                    @Override
                                    public void chose(BatchChoice choice) {}

                                    @Override
                                    public void chose(PaddingChoice choice) {
                                        choices.add(choice);
                                    }
                                }));
        batcher.pad(new Padding(Map.of("x", new Padding.Pad(1, 0))));

        // What disturbs a measurement may make it rest for a while.
        while (choices.stream().noneMatch(one -> one.state() == PaddingChoice.State.PAYS)) {
            int size = batcher.room();
            List<BatchCall> calls = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                calls.add(sequence(20 + i));
            }
            batcher.runAll(calls);
            for (int i = 0; i < size; i++) {
                assertThat(values(calls.get(i))).hasSize(20 + i).containsOnly(2f * (20 + i));
            }
        }

        assertThat(engine.batches).anyMatch(rows -> rows > 1);
        assertThat(engine.open).hasValue(0);
    }
}
