package dev.marmita.runner.grpc;

import dev.marmita.runner.http.Admission;
import dev.marmita.runner.http.Phase;
import dev.marmita.runner.log.Log;
import dev.marmita.runner.work.InferencePool;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Where gRPC is served.
 *
 * @param pool asked for once the phase is {@link Phase#READY}
 * @param maxBytes bound on one message
 * @param timeout bound on one message's answer
 */
public record GrpcSettings(
        AtomicReference<Phase> phase,
        Supplier<InferencePool> pool,
        Admission admission,
        int maxBytes,
        Duration timeout,
        InstantSource clock,
        Log log,
        ByteBufAllocator allocator) {}
