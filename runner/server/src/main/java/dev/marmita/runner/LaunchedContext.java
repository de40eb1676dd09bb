package dev.marmita.runner;

import dev.marmita.runner.work.InferencePool;
import dev.marmita.service.ServiceContext;
import java.nio.file.Path;
import java.util.Map;

/** What a service learns about its runner. */
record LaunchedContext(int cores, Map<String, String> env, Path scratch, InferencePool threads)
        implements ServiceContext {

    @Override
    public void parallel(Iterable<? extends Runnable> tasks) {
        threads.parallel(tasks);
    }
}
