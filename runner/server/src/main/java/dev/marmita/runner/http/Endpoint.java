package dev.marmita.runner.http;

import dev.marmita.runner.work.RequestScope;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;
import java.util.function.Function;

/** What answers requests of one kind. */
public sealed interface Endpoint {

    /** The route by which metrics know it; no part of it comes from a caller. */
    String route();

    /** Answers at once, on the event loop, also while the runner starts or drains. */
    record Immediate(String route, Function<HttpServerRequest, Reply.Whole> answer)
            implements Endpoint {}

    /**
     * Takes the whole body and answers on an inference thread.
     *
     * @param layout where the body is collected
     */
    record Worked(
            String route,
            Failures failures,
            Function<HttpServerRequest, BodyLayout> layout,
            Work work)
            implements Endpoint {}

    /**
     * Talks with the caller by itself, on the event loop, also while the runner starts or drains: for
     * conversations that are no request with an answer.
     */
    record Conversation(String route, Consumer<HttpServerRequest> talk) implements Endpoint {}

    /** The work behind an endpoint. */
    @FunctionalInterface
    interface Work {
        /**
         * Answers one request.
         *
         * @param body released by the caller of this method, after the reply is made
         * @throws Throwable {@link RefusedException}, {@link dev.marmita.service.BadInputException}, or
         *     anything else as a fault of ours
         */
        Reply answer(RequestScope scope, HttpServerRequest request, ByteBuf body) throws Throwable;
    }

    /** How the memory of a body is laid out. */
    sealed interface BodyLayout {
        /** In the heap, for parsers of text. */
        record Heap() implements BodyLayout {}

        /**
         * In direct memory, such that the byte at {@code offset} stands at a multiple of 64: a tensor
         * there goes to native code as it is.
         */
        record Direct(int offset) implements BodyLayout {}

        /** In direct memory; the first five bytes tell the size, as in gRPC. */
        record Framed() implements BodyLayout {}
    }
}
