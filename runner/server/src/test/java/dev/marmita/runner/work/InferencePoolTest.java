package dev.marmita.runner.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class InferencePoolTest {

    private final CurrentRequest current = new CurrentRequest();

    private InferencePool pool(int size, int concurrency, int capacity) {
        return new InferencePool(
                current, size, concurrency, capacity, ClassLoader.getSystemClassLoader());
    }

    private static RequestScope scope(String id) {
        return new RequestScope(id, name -> null, Duration.ofSeconds(10), Instant.now());
    }

    private static Job job(String id, Runnable action) {
        RequestScope scope = scope(id);
        return new Job() {
            @Override
            public RequestScope scope() {
                return scope;
            }

            @Override
            public void run() {
                action.run();
            }
        };
    }

    @Test
    void runsNoMoreThanItsConcurrencyAndRefusesBeyondItsQueue() throws Exception {
        try (InferencePool pool = pool(4, 2, 3)) {
            CountDownLatch go = new CountDownLatch(1);
            AtomicInteger running = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            Job waiting =
                    job(
                            "r",
                            () -> {
                                running.incrementAndGet();
                                uninterruptibly(go);
                                done.incrementAndGet();
                            });
            pool.offer(waiting);
            pool.offer(waiting);
            await().untilAtomic(running, org.hamcrest.Matchers.is(2));

            assertThat(pool.offer(waiting)).isTrue();
            assertThat(pool.offer(waiting)).isTrue();
            assertThat(pool.offer(waiting)).isTrue();
            assertThat(pool.offer(waiting)).isFalse();
            assertThat(pool.running()).isEqualTo(2);
            assertThat(pool.queued()).isEqualTo(3);
            assertThat(running).hasValue(2);
            go.countDown();
            await().untilAtomic(done, org.hamcrest.Matchers.is(5));
        }
    }

    @Test
    void tasksOfOneRequestRunBesideEachOtherAndKnowTheRequest() throws Exception {
        try (InferencePool pool = pool(2, 1, 10)) {
            Set<String> seen = ConcurrentHashMap.newKeySet();
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            CyclicBarrier together = new CyclicBarrier(2);
            CountDownLatch done = new CountDownLatch(1);
            Runnable task =
                    () -> {
                        seen.add(current.get().orElseThrow().requestId());
                        threads.add(Thread.currentThread());
                        try {
                            together.await(10, TimeUnit.SECONDS);
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    };
            pool.offer(
                    job(
                            "request-7",
                            () -> {
                                pool.parallel(List.of(task, task));
                                done.countDown();
                            }));

            assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(seen).containsExactly("request-7");
            assertThat(threads).hasSize(2);
        }
    }

    @Test
    void parallelThrowsTheFirstFailureAfterAllHaveEnded() {
        try (InferencePool pool = pool(2, 1, 10)) {
            AtomicInteger ran = new AtomicInteger();
            List<Runnable> tasks = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                int number = i;
                tasks.add(
                        () -> {
                            ran.incrementAndGet();
                            if (number == 3) {
                                throw new IllegalArgumentException("third");
                            }
                        });
            }

            assertThatThrownBy(() -> pool.parallel(tasks)).hasMessage("third");
            assertThat(ran).hasValue(10);
            pool.parallel(List.of());
        }
    }

    @Test
    void manyRequestsWithParallelPartsAllEnd() throws Exception {
        try (InferencePool pool = pool(4, 3, 2_000)) {
            CountDownLatch done = new CountDownLatch(1_000);
            AtomicInteger parts = new AtomicInteger();
            for (int i = 0; i < 1_000; i++) {
                List<Runnable> tasks =
                        java.util.Collections.nCopies(5, (Runnable) parts::incrementAndGet);
                assertThat(
                                pool.offer(
                                        job(
                                                "r" + i,
                                                () -> {
                                                    pool.parallel(tasks);
                                                    done.countDown();
                                                })))
                        .isTrue();
            }
            assertThat(done.await(15, TimeUnit.SECONDS)).isTrue();
            assertThat(parts).hasValue(5_000);
        }
    }

    @Test
    void closesAfterWhatWasTakenHasRun() {
        InferencePool pool = pool(1, 1, 10);
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < 5; i++) {
            pool.offer(job("r", ran::incrementAndGet));
        }

        assertThat(pool.close(Duration.ofSeconds(10))).isTrue();
        assertThat(ran).hasValue(5);
        assertThat(pool.offer(job("late", ran::incrementAndGet))).isFalse();
    }

    @Test
    void aCancelledRequestTellsWhoeverAsked() {
        RequestScope scope = scope("r");
        AtomicInteger told = new AtomicInteger();
        Runnable forgotten = told::incrementAndGet;
        scope.onCancel(() -> told.addAndGet(10));
        scope.onCancel(forgotten);
        scope.forget(forgotten);

        assertThat(scope.cancelled()).isFalse();
        scope.cancel();
        scope.cancel();
        scope.onCancel(() -> told.addAndGet(100));

        assertThat(scope.cancelled()).isTrue();
        assertThat(told).hasValue(110);
    }

    @Test
    void stagesAddUpByName() {
        RequestScope scope = scope("r");
        scope.stage("model", 3);
        scope.stage("other", 1);
        scope.stage("model", 4);

        assertThat(scope.stages())
                .containsExactly(
                        new RequestScope.Stage("model", 7), new RequestScope.Stage("other", 1));
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
