package dev.marmita.runner.onnx;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * How models are opened.
 *
 * @param threads threads that one run may use, the calling one included
 * @param cache folder for optimised graphs; empty: the graph is optimised on every opening
 * @param watch told of every run
 */
public record OnnxOptions(int threads, Optional<Path> cache, RunWatch watch) {

    public OnnxOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1: " + threads);
        }
        Objects.requireNonNull(cache, "cache");
        Objects.requireNonNull(watch, "watch");
    }

    /** No cache, nobody watching. */
    public static OnnxOptions of(int threads) {
        return new OnnxOptions(threads, Optional.empty(), RunWatch.NONE);
    }
}
