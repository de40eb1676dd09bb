package dev.marmita.runner.service;

import dev.marmita.runner.batching.JointCall;
import dev.marmita.runner.batching.JointCalls;
import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Endpoint.Sharing;
import dev.marmita.runner.work.RequestScope;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpServerRequest;
import java.util.Objects;
import java.util.Optional;

/** Calls a method of the service for all requests that wait for it, where that pays. */
final class JointWork implements Endpoint.SharedWork {

    private final ServiceWork work;
    private final JointCalls calls;

    JointWork(ServiceWork work, JointCalls calls) {
        this.work = work;
        this.calls = calls;
    }

    @Override
    public Optional<Sharing> sharing(HttpServerRequest request, ByteBuf body) {
        return MethodSharing.of(calls);
    }

    @Override
    public Endpoint.Part open(RequestScope scope, HttpServerRequest request, ByteBuf body) {
        long start = System.nanoTime();
        StreamWork.Argument argument = work.argument(request, body);
        scope.stage("decode", System.nanoTime() - start);
        JointCall call = call(argument, body, scope);
        return new MethodSharing.Part(
                calls,
                call,
                result -> {
                    long made = System.nanoTime();
                    var reply = work.reply(result);
                    scope.stage("encode", System.nanoTime() - made);
                    return reply;
                },
                argument::close);
    }

    private static JointCall call(StreamWork.Argument argument, ByteBuf body, RequestScope scope) {
        return new JointCall(Objects.requireNonNull(argument.value()), body.readableBytes(), scope);
    }
}
