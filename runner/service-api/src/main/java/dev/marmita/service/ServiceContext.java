package dev.marmita.service;

import java.nio.file.Path;
import java.util.Map;

/** What a service may want to know about where it runs; injectable into its constructor. Thread-safe. */
public interface ServiceContext {

    /** Cores that this replica may use, at least 1. */
    int cores();

    /** The deployment's {@code env}, unmodifiable. */
    Map<String, String> env();

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
