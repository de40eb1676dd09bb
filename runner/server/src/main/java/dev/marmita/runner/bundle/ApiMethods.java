package dev.marmita.runner.bundle;

import dev.marmita.runner.binding.Shape;
import dev.marmita.runner.binding.Shape.UnsupportedTypeException;
import dev.marmita.runner.binding.Shapes;
import dev.marmita.runner.bundle.ApiMethod.Input;
import dev.marmita.runner.bundle.ApiMethod.Output;
import dev.marmita.service.Api;
import dev.marmita.service.Content;
import dev.marmita.service.RequestContext;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Finds the {@link Api} methods of a service class. */
public final class ApiMethods {

    private static final Pattern ROUTE = Pattern.compile("(/[A-Za-z0-9._~-]+)+");
    private static final Set<String> TAKEN =
            Set.of(
                    "/livez",
                    "/healthz",
                    "/readyz",
                    "/metrics",
                    "/schema.json",
                    "/docs.json",
                    "/v1",
                    "/v2",
                    "/ping",
                    "/invocations");

    private static final List<String> TASK_ROUTES =
            List.of("/submit", "/status", "/get", "/retry", "/cancel");

    private final Shapes shapes = Shape.shapes();
    private final Class<?> type;

    private ApiMethods(Class<?> type) {
        this.type = type;
    }

    /** A method before it is bound to a service. */
    public record Found(
            Method method,
            String route,
            String description,
            Input input,
            Output output,
            boolean task,
            Optional<JointMethods.Bounds> joint) {

        /** The paths that it takes. */
        List<String> routes() {
            List<String> routes = new ArrayList<>(List.of(route));
            if (task) {
                TASK_ROUTES.forEach(part -> routes.add(route + part));
            }
            return routes;
        }

        /** The method of that service. */
        public ApiMethod bind(Object service) {
            method.setAccessible(true);
            try {
                var handle = MethodHandles.lookup().unreflect(method).bindTo(service);
                if (joint.isPresent()) {
                    return bind(joint.get().of(method, handle));
                }
                boolean hasArgument = !(input instanceof Input.None);
                boolean hasRequest = method.getParameterCount() > (hasArgument ? 1 : 0);
                return bound(ApiMethod.Call.of(handle, hasArgument, hasRequest), Optional.empty());
            } catch (IllegalAccessException e) {
                throw new IllegalStateException(e);
            }
        }

        private ApiMethod bind(ApiMethod.Joint several) {
            return bound(several.call().single(), Optional.of(several));
        }

        private ApiMethod bound(ApiMethod.Call call, Optional<ApiMethod.Joint> several) {
            return new ApiMethod(
                    method.getName(), route, description, input, output, task, call, several);
        }
    }

    /**
     * The methods in the order of their routes.
     *
     * @throws BundleInvalidException naming the method at fault
     */
    public static List<Found> of(Class<?> serviceClass) throws BundleInvalidException {
        return new ApiMethods(serviceClass).find();
    }

    private List<Found> find() throws BundleInvalidException {
        List<Found> found = new ArrayList<>();
        Map<String, Method> routes = new HashMap<>();
        Method[] methods;
        try {
            methods = type.getDeclaredMethods();
        } catch (LinkageError e) {
            throw new BundleInvalidException(
                    "class " + type.getName() + " refers to what the bundle does not bring: " + e,
                    e);
        }
        Arrays.sort(methods, Comparator.comparing(Method::getName));
        for (Method method : methods) {
            Api api = method.getAnnotation(Api.class);
            if (api == null || method.isSynthetic()) {
                continue;
            }
            Found one = found(method, api);
            for (String route : one.routes()) {
                Method other = routes.put(route, method);
                if (other != null) {
                    throw new BundleInvalidException(
                            "methods "
                                    + other.getName()
                                    + " and "
                                    + method.getName()
                                    + " both have route "
                                    + route);
                }
            }
            found.add(one);
        }
        if (found.isEmpty()) {
            throw new BundleInvalidException(
                    "class " + type.getName() + " has no method with @Api");
        }
        found.sort(Comparator.comparing(Found::route));
        return found;
    }

    private Found found(Method method, Api api) throws BundleInvalidException {
        if (!Modifier.isPublic(method.getModifiers()) || Modifier.isStatic(method.getModifiers())) {
            throw new BundleInvalidException(
                    "@Api method " + method.getName() + " must be public and not static");
        }
        String route = api.route().isEmpty() ? "/" + method.getName() : api.route();
        String first = "/" + route.substring(1).split("/", 2)[0];
        if (!ROUTE.matcher(route).matches() || TAKEN.contains(first)) {
            throw new BundleInvalidException(
                    "route '"
                            + route
                            + "' of method "
                            + method.getName()
                            + " cannot be served: it is a path such as /extract, and none of "
                            + TAKEN.stream().sorted().toList());
        }
        try {
            JointMethods.check(method, api);
            boolean several = api.batchable();
            Input input = several ? input(method, JointMethods.argument(method)) : input(method);
            Output output =
                    output(method, several ? JointMethods.result(method) : returned(method));
            if (api.task()
                    && (input instanceof Input.Elements || output instanceof Output.Elements)) {
                throw new BundleInvalidException(
                        "@Api method "
                                + method.getName()
                                + " must not be a task, for it takes or returns a Stream");
            }
            return new Found(
                    method,
                    route,
                    api.description(),
                    input,
                    output,
                    api.task(),
                    JointMethods.bounds(api));
        } catch (UnsupportedTypeException e) {
            // It says it all; a stack trace of ours would only hide it.
            throw new BundleInvalidException(
                    "@Api method " + method.getName() + ": " + e.getMessage());
        }
    }

    private Input input(Method method) throws UnsupportedTypeException, BundleInvalidException {
        List<Type> types = new ArrayList<>(List.of(method.getGenericParameterTypes()));
        if (!types.isEmpty() && types.getLast() == RequestContext.class) {
            types.removeLast();
        }
        if (types.isEmpty()) {
            return new Input.None();
        }
        if (types.size() == 1 && isStream(types.getFirst())) {
            return new Input.Elements(element(method, types.getFirst()));
        }
        if (types.size() == 1) {
            return input(method, types.getFirst());
        }
        throw unfitting(method);
    }

    /** By the type of one request. */
    private Input input(Method method, Type type)
            throws UnsupportedTypeException, BundleInvalidException {
        if (type == Content.class) {
            return new Input.Raw();
        }
        if (type instanceof Class<?> single
                && single.isRecord()
                && shapes.of(single) instanceof Shape.Structure structure) {
            return new Input.Fields(structure);
        }
        throw unfitting(method);
    }

    private static BundleInvalidException unfitting(Method method) {
        return new BundleInvalidException(
                "@Api method "
                        + method.getName()
                        + " must take one record, or one Content, or a Stream, or nothing, and after it"
                        + " at most a RequestContext; or, where it is batchable, a List of records or"
                        + " Contents, and after it at most a List<RequestContext>");
    }

    private static Type returned(Method method) {
        return method.getGenericReturnType();
    }

    /** By the type of one result. */
    private Output output(Method method, Type type)
            throws UnsupportedTypeException, BundleInvalidException {
        if (type == Content.class) {
            return new Output.Raw();
        }
        if (type == String.class) {
            return new Output.Text();
        }
        if (isStream(type)) {
            return new Output.Elements(element(method, type));
        }
        boolean structured =
                type instanceof ParameterizedType
                        || (type instanceof Class<?> plain && plain.isRecord());
        if (!structured) {
            throw new BundleInvalidException(
                    "@Api method "
                            + method.getName()
                            + " must return a record, a list, a map, a Content, a String or a Stream");
        }
        return new Output.Json(shapes.of(type));
    }

    private static boolean isStream(Type type) {
        return type == Stream.class
                || (type instanceof ParameterizedType generic
                        && generic.getRawType() == Stream.class);
    }

    private Shape element(Method method, Type stream)
            throws UnsupportedTypeException, BundleInvalidException {
        if (stream instanceof ParameterizedType generic) {
            return shapes.of(generic.getActualTypeArguments()[0]);
        }
        throw new BundleInvalidException(
                "@Api method "
                        + method.getName()
                        + " must say of what its Stream is, as in Stream<Answer>");
    }
}
