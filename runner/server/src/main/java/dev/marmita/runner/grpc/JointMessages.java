package dev.marmita.runner.grpc;

import dev.marmita.runner.batching.JointCall;
import dev.marmita.runner.batching.JointCalls;
import dev.marmita.runner.binding.Path;
import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Endpoint.Sharing;
import dev.marmita.runner.service.MethodSharing;
import dev.marmita.runner.work.RequestScope;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Calls a method of a service for all requests that wait for it, over gRPC or not, where that pays. */
final class JointMessages implements Endpoint.SharedWork {

    private final String method;
    private final JointCalls calls;
    private final Frames frames;
    private final RecordMessage input;
    private final RecordMessage output;

    JointMessages(
            String method,
            JointCalls calls,
            Frames frames,
            RecordMessage input,
            RecordMessage output) {
        this.method = method;
        this.calls = calls;
        this.frames = frames;
        this.input = input;
        this.output = output;
    }

    @Override
    public Optional<Sharing> sharing(HttpServerRequest request, ByteBuf body) {
        return MethodSharing.of(calls);
    }

    @Override
    public Endpoint.Part open(RequestScope scope, HttpServerRequest request, ByteBuf body) {
        long start = System.nanoTime();
        ByteBuf message = frames.only(body, request.getHeader("grpc-encoding"));
        try {
            int bytes = message.readableBytes();
            Object argument = Objects.requireNonNull(input.read(message, Path.ROOT, 0));
            scope.stage("decode", System.nanoTime() - start);
            return new MethodSharing.Part(
                    calls,
                    new JointCall(argument, bytes, scope),
                    result -> Frames.reply(frames.frame(256, to -> write(result, to))),
                    () -> {});
        } finally {
            message.release();
        }
    }

    private void write(@Nullable Object result, ProtoWriter to) {
        if (result == null) {
            throw new IllegalStateException("method " + method + " of the service returned null");
        }
        output.write(result, to);
    }
}
