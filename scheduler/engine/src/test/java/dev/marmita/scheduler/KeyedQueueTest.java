package dev.marmita.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyedQueueTest {

    @Test
    void worksOnAKeyByOneWorkerAtATime() {
        Map<String, AtomicInteger> running = new ConcurrentHashMap<>();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        KeyedQueue.Work<String> work =
                key -> {
                    AtomicInteger mine = running.computeIfAbsent(key, _ -> new AtomicInteger());
                    most.accumulateAndGet(mine.incrementAndGet(), Math::max);
                    Thread.sleep(1);
                    mine.decrementAndGet();
                    done.incrementAndGet();
                    return Duration.ZERO;
                };
        try (KeyedQueue<String> queue = new KeyedQueue<>("test", 8, work, new Random(1))) {
            for (int i = 0; i < 500; i++) {
                queue.add("k" + i % 3);
                Thread.yield();
            }
            await().until(() -> done.get() > 3);
        }
        assertThat(most).hasValue(1);
    }

    @Test
    void manyAdditionsAreOneAndOneDuringTheWorkIsAnother() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Semaphore go = new Semaphore(0);
        AtomicInteger done = new AtomicInteger();
        KeyedQueue.Work<String> work =
                _ -> {
                    begun.countDown();
                    go.acquire();
                    done.incrementAndGet();
                    return Duration.ZERO;
                };
        try (KeyedQueue<String> queue = new KeyedQueue<>("test", 4, work, new Random(1))) {
            queue.add("a");
            begun.await();
            for (int i = 0; i < 100; i++) {
                queue.add("a");
            }
            go.release(100);
            await().until(() -> done.get() == 2);
            await().during(Duration.ofMillis(200)).until(() -> done.get() == 2);
        }
    }

    @Test
    void triesAgainAfterAGrowingPauseThatNobodyCanCutShort() {
        List<Long> times = new CopyOnWriteArrayList<>();
        KeyedQueue.Work<String> work =
                _ -> {
                    times.add(System.nanoTime());
                    if (times.size() < 4) {
                        throw new IllegalStateException("not yet");
                    }
                    return Duration.ZERO;
                };
        try (KeyedQueue<String> queue = new KeyedQueue<>("test", 2, work, new Random(1))) {
            queue.add("a");
            await().pollInterval(Duration.ofMillis(5))
                    .until(
                            () -> {
                                queue.add("a");
                                return times.size() >= 4;
                            });
        }
        assertThat(times.get(1) - times.get(0)).isGreaterThan(90_000_000L);
        assertThat(times.get(3) - times.get(2)).isGreaterThan(350_000_000L);
    }

    @Test
    void comesBackWhenAskedTo() {
        AtomicInteger done = new AtomicInteger();
        KeyedQueue.Work<String> work =
                _ -> done.incrementAndGet() < 5 ? Duration.ofMillis(10) : Duration.ZERO;
        try (KeyedQueue<String> queue = new KeyedQueue<>("test", 2, work, new Random(1))) {
            queue.add("a");
            await().until(() -> done.get() == 5);
            await().during(Duration.ofMillis(200)).until(() -> done.get() == 5);
        }
    }
}
