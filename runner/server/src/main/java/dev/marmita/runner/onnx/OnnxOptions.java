package dev.marmita.runner.onnx;

import dev.marmita.runner.batching.BatchOptions;
import dev.marmita.runner.batching.BatchSettings;
import dev.marmita.runner.batching.BatchWatch;
import dev.marmita.runner.work.CurrentRequest;
import dev.marmita.service.Model;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/**
 * How models are opened.
 *
 * @param threads threads that one run may use, the calling one included
 * @param cache folder for optimised graphs; empty: the graph is optimised on every opening
 * @param watch told of every run
 * @param batching how calls of a model come to its session
 * @param device what models run on
 */
public record OnnxOptions(
        int threads,
        Optional<Path> cache,
        RunWatch watch,
        Function<Model, BatchOptions> batching,
        Device device) {

    public OnnxOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1: " + threads);
        }
        Objects.requireNonNull(cache, "cache");
        Objects.requireNonNull(watch, "watch");
        Objects.requireNonNull(batching, "batching");
        Objects.requireNonNull(device, "device");
    }

    /** On the processor. */
    public OnnxOptions(
            int threads,
            Optional<Path> cache,
            RunWatch watch,
            Function<Model, BatchOptions> batching) {
        this(threads, cache, watch, batching, Device.CPU);
    }

    /** The same on another device. */
    public OnnxOptions on(Device other) {
        return new OnnxOptions(threads, cache, watch, batching, other);
    }

    /** No batching. */
    public OnnxOptions(int threads, Optional<Path> cache, RunWatch watch) {
        this(threads, cache, watch, OnnxOptions::oneByOne);
    }

    private static BatchOptions oneByOne(Model model) {
        return new BatchOptions(
                BatchSettings.OFF,
                1,
                Integer.MAX_VALUE,
                UnpooledByteBufAllocator.DEFAULT,
                new CurrentRequest(),
                BatchWatch.NONE);
    }

    /** No cache, nobody watching. */
    public static OnnxOptions of(int threads) {
        return new OnnxOptions(threads, Optional.empty(), RunWatch.NONE);
    }
}
