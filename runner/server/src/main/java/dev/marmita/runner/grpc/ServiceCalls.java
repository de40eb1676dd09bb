package dev.marmita.runner.grpc;

import dev.marmita.runner.batching.JointCalls;
import dev.marmita.runner.binding.Path;
import dev.marmita.runner.binding.Shape;
import dev.marmita.runner.bundle.ApiMethod;
import dev.marmita.runner.bundle.ApiMethod.Input;
import dev.marmita.runner.bundle.ApiMethod.Output;
import dev.marmita.runner.grpc.RecordMessages.UnsuitableException;
import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Failures;
import dev.marmita.runner.http.Message;
import dev.marmita.runner.log.Log;
import dev.marmita.runner.service.StreamWork;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The methods of a service as calls of gRPC: package and service by the service's name, messages by its
 * records. A method whose types have no form in protobuf is left out, which the log tells.
 */
public final class ServiceCalls {

    private final Frames frames;
    private final int maxBytes;
    private final String name;
    private final String service;
    private final String packageName;
    private final RecordMessages types;
    private final Map<String, Endpoint> endpoints = new HashMap<>();
    private final List<RecordDescriptors.Method> described = new ArrayList<>();

    /**
     * @param name of the service
     * @param maxBytes bound on one message
     * @param joint the methods that take several requests at once, by route
     */
    public ServiceCalls(
            String name,
            List<ApiMethod> methods,
            Map<String, JointCalls> joint,
            int maxBytes,
            ByteBufAllocator allocator,
            Log log) {
        this.frames = new Frames(allocator, maxBytes);
        this.maxBytes = maxBytes;
        this.name = name;
        this.packageName = packageName(name);
        this.service = capital(name);
        this.types = new RecordMessages("." + packageName + ".", service);
        Failures failures = new GrpcFailures();
        for (ApiMethod method : methods) {
            try {
                add(method, Optional.ofNullable(joint.get(method.route())), failures);
            } catch (UnsuitableException e) {
                log.info(
                        "a method is not served over gRPC",
                        Map.of("method", method.name(), "why", String.valueOf(e.getMessage())));
            }
        }
    }

    /** A name of a service is a label of DNS; {@code inference} and {@code grpc} are taken. */
    private static String packageName(String name) {
        String plain = name.replace('-', '_');
        boolean taken = plain.equals("inference") || plain.equals("grpc");
        return taken || !Character.isLetter(plain.charAt(0)) ? "service_" + plain : plain;
    }

    private static String capital(String name) {
        StringBuilder text = new StringBuilder();
        for (String part : name.split("-")) {
            if (!part.isEmpty()) {
                text.append(Character.toUpperCase(part.charAt(0))).append(part.substring(1));
            }
        }
        return Character.isLetter(text.charAt(0)) ? text.toString() : "Service" + text;
    }

    private void add(ApiMethod method, Optional<JointCalls> joint, Failures failures)
            throws UnsuitableException {
        String name = capital(method.name());
        String path = "/" + packageName + "." + service + "/" + name;
        if (endpoints.containsKey(path)) {
            throw new UnsuitableException("another method has the name " + name);
        }
        RecordMessage input = input(method.input());
        RecordMessage output = output(method.output());
        boolean in = method.input() instanceof Input.Elements;
        boolean out = method.output() instanceof Output.Elements;
        described.add(new RecordDescriptors.Method(name, input, in, output, out));
        endpoints.put(
                path,
                joint.map(calls -> shared(path, method, calls, failures, input, output))
                        .orElseGet(
                                () ->
                                        new Endpoint.Streamed(
                                                path,
                                                failures,
                                                request -> new GrpcWire(request, maxBytes, in, out),
                                                true,
                                                new StreamWork(
                                                        method,
                                                        request ->
                                                                new Codec(
                                                                        request, input, output)))));
    }

    private Endpoint shared(
            String path,
            ApiMethod method,
            JointCalls calls,
            Failures failures,
            RecordMessage input,
            RecordMessage output) {
        return new Endpoint.Worked(
                path,
                failures,
                request -> new Endpoint.BodyLayout.Framed(),
                new JointMessages(method.name(), calls, frames, input, output));
    }

    private RecordMessage input(Input input) throws UnsuitableException {
        return switch (input) {
            case Input.None() -> types.empty();
            case Input.Fields fields -> types.of(fields.shape());
            case Input.Raw() -> types.of(new Shape.Bytes(List.of()));
            case Input.Elements elements -> types.of(elements.element());
        };
    }

    private RecordMessage output(Output output) throws UnsuitableException {
        return switch (output) {
            case Output.Json one -> types.of(one.shape());
            case Output.Raw() -> types.of(new Shape.Bytes(List.of()));
            case Output.Text() -> types.of(new Shape.Text());
            case Output.Elements elements -> types.of(elements.element());
        };
    }

    /** Whether that is the service's name in its bundle, or its full name over gRPC. */
    boolean isCalled(String asked) {
        return asked.equals(name) || asked.equals(packageName + "." + service);
    }

    /** The full name of the service. */
    String service() {
        return packageName + "." + service;
    }

    /** The calls, by their paths. */
    Map<String, Endpoint> endpoints() {
        return endpoints;
    }

    /** A {@code FileDescriptorProto}. */
    byte[] descriptor() {
        return new RecordDescriptors(packageName).file(service, described, types);
    }

    private final class Codec implements StreamWork.Codec {

        private final @Nullable String encoding;
        private final RecordMessage input;
        private final RecordMessage output;

        Codec(HttpServerRequest request, RecordMessage input, RecordMessage output) {
            this.encoding = request.getHeader("grpc-encoding");
            this.input = input;
            this.output = output;
        }

        @Override
        public StreamWork.Argument argument(Message message) {
            return new StreamWork.Argument(read(message), () -> {});
        }

        @Override
        public Object element(Message message) {
            Object element = read(message);
            if (element == null) {
                throw new IllegalStateException("a message of no value");
            }
            return element;
        }

        private @Nullable Object read(Message message) {
            ByteBuf bytes = frames.only(message.data(), encoding);
            try {
                return input.read(bytes, Path.ROOT, 0);
            } finally {
                bytes.release();
            }
        }

        @Override
        public Message write(Object value) {
            return Message.of(
                    GrpcStatus.MEDIA_TYPE, frames.frame(256, to -> output.write(value, to)));
        }
    }
}
