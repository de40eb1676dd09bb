package dev.marmita.runner.http;

import dev.marmita.runner.work.RequestScope;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

    /**
     * Talks in messages, on a thread of its own that takes turns among the inference threads.
     *
     * @param wire how the messages of that request travel; may throw {@link RefusedException}
     * @param computes false: it takes no turns, for it does little, and is answered also while the runner
     *     drains
     */
    record Streamed(
            String route,
            Failures failures,
            Function<HttpServerRequest, Wire> wire,
            boolean computes,
            Dialogue dialogue)
            implements Endpoint {}

    /** The work behind a conversation. */
    @FunctionalInterface
    interface Dialogue {
        /**
         * Holds one conversation; it is over when this returns.
         *
         * @throws Throwable as {@link Work#answer}
         */
        void hold(RequestScope scope, HttpServerRequest request, Talk talk) throws Throwable;
    }

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

    /** Work that is cheaper for several requests together. */
    interface SharedWork extends Work {

        @Override
        default Reply answer(RequestScope scope, HttpServerRequest request, ByteBuf body)
                throws Throwable {
            try (Part part = open(scope, request, body)) {
                part.run();
                return part.reply();
            }
        }

        /** Decodes a request; what it makes is closed by the caller of this method. */
        Part open(RequestScope scope, HttpServerRequest request, ByteBuf body) throws Throwable;

        /**
         * With whom that request can be answered, from a first look at it; empty: it will be refused, or
         * must be answered by itself. On the event loop; throws nothing.
         */
        Optional<Sharing> sharing(HttpServerRequest request, ByteBuf body);
    }

    /** What requests have in common that can be answered together. Equal for those. Thread-safe. */
    interface Sharing {

        /** Requests to answer together at the moment, at least 1. */
        int room();

        /** How long to wait for them, while some are on their way. */
        Duration patience();

        /** Computes; afterwards every part knows what came of it. */
        void run(List<Part> parts);
    }

    /** One request among those that are answered together. */
    interface Part extends AutoCloseable {

        /** Runs it by itself. */
        void run();

        /**
         * Once it has been run.
         *
         * @throws Throwable as {@link Work#answer}
         */
        Reply reply() throws Throwable;

        @Override
        void close();
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
