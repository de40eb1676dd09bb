package dev.marmita.runner.service;

import dev.marmita.runner.bundle.ApiMethod;
import dev.marmita.runner.bundle.ApiMethod.Input;
import dev.marmita.runner.bundle.ApiMethod.Output;
import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Message;
import dev.marmita.runner.http.Talk;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.BadInputException;
import io.vertx.core.http.HttpServerRequest;
import java.util.Iterator;
import java.util.Optional;
import java.util.Spliterator;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Calls a method of the service in a conversation. */
public final class StreamWork implements Endpoint.Dialogue {

    private final ApiMethod method;
    private final Function<HttpServerRequest, Codec> codecs;

    /** How a method's values stand in the messages of one conversation. */
    public interface Codec {

        /** The argument of a method that takes no stream. */
        Argument argument(Message message);

        /** An element of a stream, which must not refer to the message any more. */
        Object element(Message message);

        /** What is sent of a result, or of an element of one. */
        Message write(Object value);
    }

    /** An argument and what it holds until the call has ended. */
    public record Argument(@Nullable Object value, Runnable release) implements AutoCloseable {
        @Override
        public void close() {
            release.run();
        }
    }

    public StreamWork(ApiMethod method, Function<HttpServerRequest, Codec> codecs) {
        this.method = method;
        this.codecs = codecs;
    }

    @Override
    public void hold(RequestScope scope, HttpServerRequest request, Talk talk) throws Throwable {
        Codec codec = codecs.apply(request);
        if (method.input() instanceof Input.Elements) {
            talk.takeTurn();
            try (Stream<Object> elements = elements(talk, codec)) {
                call(scope, talk, codec, elements);
            }
            return;
        }
        try (Message message =
                        talk.next()
                                .orElseThrow(
                                        () -> new BadInputException("the call has no message"));
                Argument argument = codec.argument(message)) {
            call(scope, talk, codec, argument.value());
        }
    }

    private void call(RequestScope scope, Talk talk, Codec codec, @Nullable Object argument)
            throws Throwable {
        long start = System.nanoTime();
        Object result = required(method.call().invoke(argument, scope));
        scope.stage("service", System.nanoTime() - start);
        if (!(method.output() instanceof Output.Elements)) {
            talk.send(codec.write(result));
            return;
        }
        try (Stream<?> stream = (Stream<?>) result) {
            Iterator<?> each = stream.iterator();
            while (each.hasNext()) {
                talk.send(codec.write(required(each.next())));
            }
        }
    }

    private Object required(@Nullable Object value) {
        if (value == null) {
            throw new IllegalStateException(
                    "method " + method.name() + " of the service returned null");
        }
        return value;
    }

    private static Stream<Object> elements(Talk talk, Codec codec) {
        return StreamSupport.stream(new Elements(talk, codec), false);
    }

    /** Of unknown number, one after the other, never split. */
    private record Elements(Talk talk, Codec codec) implements Spliterator<Object> {

        @Override
        public boolean tryAdvance(Consumer<? super Object> action) {
            Optional<Message> next = talk.next();
            if (next.isEmpty()) {
                return false;
            }
            Object element;
            try (Message message = next.get()) {
                element = codec.element(message);
            }
            action.accept(element);
            return true;
        }

        @Override
        public @Nullable Spliterator<Object> trySplit() {
            return null;
        }

        @Override
        public long estimateSize() {
            return Long.MAX_VALUE;
        }

        @Override
        public int characteristics() {
            return ORDERED | NONNULL;
        }
    }
}
