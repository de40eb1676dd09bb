package dev.marmita.runner.grpc;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers messages of {@code ServerReflectionInfo} from the compiled descriptors of our services. */
final class Reflection {

    static final String V1 = "grpc.reflection.v1.ServerReflection";
    static final String V1_ALPHA = "grpc.reflection.v1alpha.ServerReflection";

    private final Map<String, byte[]> files = new LinkedHashMap<>();
    private final Map<String, String> fileBySymbol = new LinkedHashMap<>();
    private final Set<String> services = new LinkedHashSet<>();

    private Reflection(byte[] descriptorSet) {
        ProtoReader set = new ProtoReader(Unpooled.wrappedBuffer(descriptorSet));
        for (int field = set.next(); field != 0; field = set.next()) {
            if (field == 1) {
                file(set.slice());
            } else {
                set.skip();
            }
        }
        services.add(V1);
        services.add(V1_ALPHA);
    }

    /**
     * @param service empty: only our own services are known
     */
    static Reflection load(Optional<ServiceCalls> service) {
        try (InputStream in = Reflection.class.getResourceAsStream("services.desc")) {
            if (in == null) {
                throw new IllegalStateException("services.desc is missing");
            }
            Reflection reflection = new Reflection(in.readAllBytes());
            service.ifPresent(calls -> reflection.file(Unpooled.wrappedBuffer(calls.descriptor())));
            return reflection;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A {@code FileDescriptorProto}: name 1, package 2, messages 4, enums 5, services 6. */
    private void file(ByteBuf descriptor) {
        byte[] bytes = new byte[descriptor.readableBytes()];
        descriptor.getBytes(descriptor.readerIndex(), bytes);
        String name = "";
        String prefix = "";
        ProtoReader reader = new ProtoReader(descriptor);
        for (int field = reader.next(); field != 0; field = reader.next()) {
            switch (field) {
                case 1 -> name = reader.string();
                case 2 -> prefix = reader.string() + ".";
                case 4 -> symbols(name, prefix, reader.message(), 3, 3);
                case 5 -> symbols(name, prefix, reader.message(), 0, 0);
                case 6 -> services.add(symbols(name, prefix, reader.message(), 2, 0));
                default -> reader.skip();
            }
        }
        files.put(name, bytes);
    }

    /**
     * Name in field 1, and what has names of its own inside: nested messages, methods.
     *
     * @param children field of those inside; 0: none
     * @param grandchildren the same for those
     */
    private String symbols(
            String file, String prefix, ProtoReader reader, int children, int grandchildren) {
        String name = "";
        for (int field = reader.next(); field != 0; field = reader.next()) {
            if (field == 1) {
                name = prefix + reader.string();
                fileBySymbol.put(name, file);
            } else if (field == children) {
                symbols(file, name + ".", reader.message(), grandchildren, grandchildren);
            } else {
                reader.skip();
            }
        }
        return name;
    }

    /** Writes the response to one request. */
    void answer(ByteBuf request, ProtoWriter to) {
        byte[] original = new byte[request.readableBytes()];
        request.getBytes(request.readerIndex(), original);
        String host = "";
        int question = 0;
        String argument = "";
        ProtoReader reader = new ProtoReader(request);
        for (int field = reader.next(); field != 0; field = reader.next()) {
            switch (field) {
                case 1 -> host = reader.string();
                case 3, 4, 6, 7 -> {
                    question = field;
                    argument = reader.string();
                }
                case 5 -> {
                    question = field;
                    reader.skip();
                }
                default -> reader.skip();
            }
        }
        to.string(1, host).bytes(2, original);
        switch (question) {
            case 3 -> descriptor(files.get(argument), argument, to);
            case 4 -> {
                String file = fileBySymbol.get(argument);
                descriptor(file == null ? null : files.get(file), argument, to);
            }
            case 7 ->
                    to.message(
                            6,
                            list ->
                                    services.forEach(
                                            service ->
                                                    list.message(
                                                            1, one -> one.string(1, service))));
            default -> error(GrpcStatus.UNIMPLEMENTED, "this question is not answered here", to);
        }
    }

    private static void descriptor(byte @Nullable [] file, String asked, ProtoWriter to) {
        if (file == null) {
            error(GrpcStatus.NOT_FOUND, "not found: " + asked, to);
        } else {
            to.message(4, response -> response.bytes(1, file));
        }
    }

    private static void error(GrpcStatus status, String message, ProtoWriter to) {
        to.message(7, error -> error.number(1, status.code()).string(2, message));
    }
}
