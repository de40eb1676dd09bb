package dev.marmita.runner.conformance;

import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import dev.marmita.runner.testing.TinyOnnx;
import dev.marmita.service.Api;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The runner that is held to the protocol: one for all tests of this package. Has an identity for every
 * datatype ({@code fp32}, {@code bytes}, …: {@code y = x}, one variable dimension), {@code rows} in two
 * versions (FP32 [-1, 3]), {@code arithmetic} (two inputs, two outputs) and {@code square}, which fails
 * on what is not.
 */
public final class Subject implements AutoCloseable {

    /** A service of two routes that no test calls. */
    public static final class Two {
        public record Nothing(String text) {}

        @Api
        public Nothing one() {
            return new Nothing("one");
        }

        @Api
        public Nothing two() {
            return new Nothing("two");
        }
    }

    /** Gives tests the one subject. */
    static final class Given implements ParameterResolver {
        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == Subject.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(Subject.class, type -> start(), Subject.class);
        }
    }

    static final int MAX_BODY = 48 << 20;

    private final TestRunner runner;
    private final RawHttp http;
    private final RawGrpc grpc;
    private final Path home;

    private Subject(TestRunner runner, Path home) throws Exception {
        this.runner = runner;
        this.home = home;
        this.http = new RawHttp(runner.port());
        this.grpc = new RawGrpc(runner.port());
    }

    private static Subject start() {
        try {
            Path home = Files.createTempDirectory("conformance");
            List<String> slots = new ArrayList<>(List.of("rows", "older", "arithmetic", "square"));
            for (TinyOnnx.Type type : TinyOnnx.Type.values()) {
                slots.add("t-" + name(type));
            }
            Path bundle = TestBundle.of(home.resolve("b"), Two.class, slots.toArray(String[]::new));
            Path rows = TinyOnnx.identity(home.resolve("rows.onnx"), TinyOnnx.Type.FP32, -1, 3);
            Path older = TinyOnnx.identity(home.resolve("older.onnx"), TinyOnnx.Type.FP32, -1, 3);
            TestRunner.Setup setup =
                    new TestRunner.Setup(home, bundle)
                            .maxBody(MAX_BODY)
                            .env(Map.of("MARMITA_MODEL_CONTROL", "explicit"))
                            .model("rows", "rows", "2", rows)
                            .model("older", "rows", "1", older)
                            .model(
                                    "arithmetic",
                                    "arithmetic",
                                    "1",
                                    TinyOnnx.arithmetic(home.resolve("arithmetic.onnx")))
                            .model(
                                    "square",
                                    "square",
                                    "1",
                                    TinyOnnx.square(home.resolve("square.onnx")));
            for (TinyOnnx.Type type : TinyOnnx.Type.values()) {
                Path file = TinyOnnx.identity(home.resolve(name(type) + ".onnx"), type, -1);
                setup.model("t-" + name(type), name(type), "1", file);
            }
            return new Subject(setup.start(), home);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String name(TinyOnnx.Type type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    RawHttp http() {
        return http;
    }

    RawGrpc grpc() {
        return grpc;
    }

    TestRunner runner() {
        return runner;
    }

    /** Values as the protocol has them raw. */
    static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    @Override
    public void close() throws IOException {
        grpc.close();
        runner.close();
        try (Stream<Path> files = Files.walk(home)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
