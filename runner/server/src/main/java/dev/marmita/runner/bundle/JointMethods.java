package dev.marmita.runner.bundle;

import dev.marmita.service.Api;
import dev.marmita.service.RequestContext;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The form of methods that take several requests at once. */
final class JointMethods {

    static final int MAX_SIZE = 1_024;
    static final int MAX_DELAY_MILLIS = 1_000;

    private JointMethods() {}

    /** What the author has said about calls for several requests. */
    record Bounds(int maxSize, Duration maxDelay) {

        ApiMethod.Joint of(Method method, MethodHandle bound) {
            boolean hasRequests = method.getParameterCount() > 1;
            return new ApiMethod.Joint(
                    ApiMethod.JointCall.of(method.getName(), bound, hasRequests),
                    maxSize,
                    maxDelay);
        }
    }

    /**
     * Checks what the annotation says and the form of the method, but not what its lists are of.
     *
     * @throws BundleInvalidException where they do not fit
     */
    static void check(Method method, Api api) throws BundleInvalidException {
        if (!api.batchable()) {
            require(
                    method,
                    api.maxBatchSize() == 0 && api.maxBatchDelayMillis() == 0,
                    "has a bound on batches, but not batchable = true");
            return;
        }
        require(
                method,
                api.maxBatchSize() >= 0 && api.maxBatchSize() <= MAX_SIZE,
                "must have a maxBatchSize from 1 to " + MAX_SIZE);
        require(
                method,
                api.maxBatchDelayMillis() >= 0 && api.maxBatchDelayMillis() <= MAX_DELAY_MILLIS,
                "must have a maxBatchDelayMillis from 0 to " + MAX_DELAY_MILLIS);
        Type[] parameters = method.getGenericParameterTypes();
        boolean takes =
                parameters.length > 0
                        && element(parameters[0]).isPresent()
                        && (parameters.length == 1
                                || (parameters.length == 2
                                        && element(parameters[1])
                                                .filter(RequestContext.class::equals)
                                                .isPresent()));
        require(
                method,
                takes,
                "is batchable: it must take a List of records or Contents, and after it at most a"
                        + " List<RequestContext>");
        require(
                method,
                element(method.getGenericReturnType()).filter(one -> !isStream(one)).isPresent(),
                "is batchable: it must return a List, one result for every request, and no Stream");
    }

    /** Of a method that takes several requests. */
    static Optional<Bounds> bounds(Api api) {
        return api.batchable()
                ? Optional.of(
                        new Bounds(
                                api.maxBatchSize(), Duration.ofMillis(api.maxBatchDelayMillis())))
                : Optional.empty();
    }

    /** The type of one request of a checked method. */
    static Type argument(Method method) {
        return element(method.getGenericParameterTypes()[0]).orElseThrow();
    }

    /** The type of one result of a checked method. */
    static Type result(Method method) {
        return element(method.getGenericReturnType()).orElseThrow();
    }

    private static Optional<Type> element(Type list) {
        return list instanceof ParameterizedType generic && generic.getRawType() == List.class
                ? Optional.of(generic.getActualTypeArguments()[0])
                : Optional.empty();
    }

    private static boolean isStream(Type type) {
        return type instanceof ParameterizedType generic && generic.getRawType() == Stream.class;
    }

    private static void require(Method method, boolean fits, String what)
            throws BundleInvalidException {
        if (!fits) {
            throw new BundleInvalidException("@Api method " + method.getName() + " " + what);
        }
    }
}
