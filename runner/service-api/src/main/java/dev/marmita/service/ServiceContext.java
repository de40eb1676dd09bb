package dev.marmita.service;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What a service may want to know about where it runs; injectable into its constructor. Thread-safe. */
public interface ServiceContext {

    /** Cores that this replica may use, at least 1. */
    int cores();

    /** The deployment's {@code env} and those of its {@code secrets} that have a name there, unmodifiable. */
    Map<String, String> env();

    /**
     * The folder with those of the deployment's {@code secrets} that are files, each readable by this
     * process alone; empty where the deployment has no secrets. Also the setting {@code MARMITA_SECRETS}.
     */
    default Optional<Path> secrets() {
        return Optional.ofNullable(env().get("MARMITA_SECRETS")).map(Path::of);
    }

    /** A private folder for scratch files, emptied when the replica ends. */
    Path scratch();

    /**
     * Runs tasks of one request beside each other on the replica's inference threads; returns when all
     * are done.
     *
     * @throws RuntimeException the first failure of a task, after all have ended
     */
    void parallel(Iterable<? extends Runnable> tasks);
}
