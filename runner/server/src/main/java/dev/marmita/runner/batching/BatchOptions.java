package dev.marmita.runner.batching;

import dev.marmita.runner.work.CurrentRequest;
import io.netty.buffer.ByteBufAllocator;
import java.util.Objects;

/**
 * What a {@link Batcher} needs.
 *
 * @param threads that one run may use, the calling one included
 * @param permits runs of one model at the same time that calls of {@link Batcher#run} may make; further
 *     ones wait, and may be batched
 * @param allocator of the memory in which inputs are laid together
 * @param current made the request, or requests, of every run
 */
public record BatchOptions(
        BatchSettings settings,
        int threads,
        int permits,
        ByteBufAllocator allocator,
        CurrentRequest current,
        BatchWatch watch) {

    public BatchOptions {
        Objects.requireNonNull(settings, "settings");
        Objects.requireNonNull(allocator, "allocator");
        Objects.requireNonNull(current, "current");
        Objects.requireNonNull(watch, "watch");
        if (permits < 1) {
            throw new IllegalArgumentException("permits must be at least 1: " + permits);
        }
    }
}
