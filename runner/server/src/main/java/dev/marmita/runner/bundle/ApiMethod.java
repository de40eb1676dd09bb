package dev.marmita.runner.bundle;

import dev.marmita.runner.binding.Shape;
import dev.marmita.service.RequestContext;
import java.lang.invoke.MethodHandle;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A method of a service that is served as a route. Thread-safe as far as the service is.
 *
 * @param name of the Java method
 * @param route starts with a slash
 * @param task whether it can be called as a task too
 * @param call takes the service's argument, or {@code null} where it has none, and the request
 * @param joint how it is called for several requests, where it takes several; {@code input} and {@code
 *     output} are those of one
 */
public record ApiMethod(
        String name,
        String route,
        String description,
        Input input,
        Output output,
        boolean task,
        Call call,
        Optional<Joint> joint) {

    public ApiMethod {
        Objects.requireNonNull(call, "call");
    }

    /** Whether messages go in or out one by one. */
    public boolean streams() {
        return input instanceof Input.Elements || output instanceof Output.Elements;
    }

    /** What a method takes. */
    public sealed interface Input {
        /** No argument: the body must be empty, or an empty JSON object. */
        record None() implements Input {}

        /** A record. */
        record Fields(Shape.Structure shape) implements Input {

            /** The only component that takes files, which a raw body can fill. */
            public Optional<String> rawField() {
                var files =
                        shape.type().fields().stream()
                                .filter(field -> field.shape() instanceof Shape.Bytes)
                                .toList();
                return files.size() == 1 ? Optional.of(files.getFirst().name()) : Optional.empty();
            }
        }

        /** The whole body as it is. */
        record Raw() implements Input {}

        /** A stream of what the caller sends, one by one. */
        record Elements(Shape element) implements Input {}
    }

    /** What a method gives. */
    public sealed interface Output {
        /** A value written as JSON. */
        record Json(Shape shape) implements Output {}

        /** A {@link dev.marmita.service.Content}. */
        record Raw() implements Output {}

        /** A plain text. */
        record Text() implements Output {}

        /** A stream, sent element by element. */
        record Elements(Shape element) implements Output {}
    }

    /** The method bound to its service. */
    @FunctionalInterface
    public interface Call {
        /** Throws what the service throws. */
        @Nullable Object invoke(@Nullable Object argument, RequestContext request) throws Throwable;

        /** By a handle that takes the argument (where {@code hasArgument}) and the request (where {@code hasRequest}). */
        static Call of(MethodHandle bound, boolean hasArgument, boolean hasRequest) {
            if (hasArgument) {
                return hasRequest
                        ? (argument, request) -> bound.invoke(argument, request)
                        : (argument, request) -> bound.invoke(argument);
            }
            return hasRequest
                    ? (argument, request) -> bound.invoke(request)
                    : (argument, request) -> bound.invoke();
        }
    }

    /**
     * A method that takes several requests at once.
     *
     * @param maxSize requests of one call; 0: the author has said nothing
     * @param maxDelay how long one may wait for others; zero: the author has said nothing
     */
    public record Joint(JointCall call, int maxSize, Duration maxDelay) {}

    /** The method bound to its service, for several requests. */
    @FunctionalInterface
    public interface JointCall {
        /**
         * The results in the order of the requests.
         *
         * @throws Throwable what the service throws; {@link IllegalStateException} where it has not a
         *     result for every request
         */
        List<@Nullable Object> invoke(List<?> arguments, List<? extends RequestContext> requests)
                throws Throwable;

        /** By a handle that takes the arguments and the requests (where {@code hasRequests}). */
        static JointCall of(String method, MethodHandle bound, boolean hasRequests) {
            return (arguments, requests) -> {
                Object results =
                        hasRequests ? bound.invoke(arguments, requests) : bound.invoke(arguments);
                return checked(method, (List<?>) results, arguments.size());
            };
        }

        private static List<@Nullable Object> checked(
                String method, @Nullable List<?> results, int wanted) {
            if (results == null) {
                throw new IllegalStateException(
                        "method " + method + " of the service returned null");
            }
            @Nullable Object[] all = results.toArray();
            if (all.length != wanted) {
                throw new IllegalStateException(
                        "method "
                                + method
                                + " of the service must return a result for every request, and"
                                + " returned "
                                + all.length
                                + " for "
                                + wanted);
            }
            return Collections.<@Nullable Object>unmodifiableList(
                    Arrays.<@Nullable Object>asList(all));
        }

        /** The same for one request. */
        default Call single() {
            return (argument, request) ->
                    invoke(Collections.singletonList(argument), List.of(request)).getFirst();
        }
    }
}
