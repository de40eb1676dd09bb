package dev.marmita.acceptance;

import java.io.IOException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** Steady requests to one endpoint from several clients until stopped; keeps every answer that was not a 200. */
final class Fire implements AutoCloseable {

    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicBoolean burning = new AtomicBoolean(true);
    private final AtomicInteger answered = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final Queue<String> versions = new ConcurrentLinkedQueue<>();

    Fire(Control control, String endpoint, int concurrency, long workMillis) {
        for (int client = 0; client < concurrency; client++) {
            clients.execute(() -> shoot(control, endpoint, workMillis));
        }
    }

    private void shoot(Control control, String endpoint, long workMillis) {
        int number = 0;
        while (burning.get()) {
            number++;
            try {
                Control.Answer answer =
                        control.call(
                                endpoint,
                                "/echo",
                                Map.of("value", (float) number, "millis", workMillis));
                if (answer.status() == 200 && answer.json().path("value").floatValue() == number) {
                    answered.incrementAndGet();
                    versions.add(answer.json().path("version").asString());
                } else {
                    failures.add(answer.status() + " " + answer.body());
                }
            } catch (IOException broken) {
                failures.add(broken.toString());
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    int answered() {
        return answered.get();
    }

    Queue<String> failures() {
        return failures;
    }

    /** The model versions that answered, in order. */
    Queue<String> versions() {
        return versions;
    }

    @Override
    public void close() {
        burning.set(false);
        clients.shutdown();
        try {
            if (!clients.awaitTermination(90, TimeUnit.SECONDS)) {
                clients.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            clients.shutdownNow();
        }
    }
}
