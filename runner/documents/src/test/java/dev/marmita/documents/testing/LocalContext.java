package dev.marmita.documents.testing;

import dev.marmita.service.ServiceContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;

/** A service context whose callers are helped by as many threads as there are further cores. */
public final class LocalContext implements ServiceContext, AutoCloseable {

    private final int cores;
    private final Map<String, String> env;
    private final ExecutorService pool;

    public LocalContext(int cores, Map<String, String> env) {
        this.cores = cores;
        this.env = Map.copyOf(env);
        this.pool = Executors.newFixedThreadPool(Math.max(1, cores - 1));
    }

    @Override
    public int cores() {
        return cores;
    }

    @Override
    public Map<String, String> env() {
        return env;
    }

    @Override
    public Path scratch() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }

    @Override
    public void parallel(Iterable<? extends Runnable> tasks) {
        List<FutureTask<?>> running = new ArrayList<>();
        tasks.forEach(task -> running.add(new FutureTask<>(task, null)));
        for (int i = 1; i < Math.min(cores, running.size()); i++) {
            // A task that somebody has begun is not run again.
            pool.execute(() -> running.forEach(FutureTask::run));
        }
        running.forEach(FutureTask::run);
        RuntimeException failure = null;
        for (FutureTask<?> task : running) {
            try {
                task.get();
            } catch (ExecutionException e) {
                RuntimeException cause =
                        e.getCause() instanceof RuntimeException runtime
                                ? runtime
                                : new IllegalStateException(e.getCause());
                failure = failure == null ? cause : failure;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
