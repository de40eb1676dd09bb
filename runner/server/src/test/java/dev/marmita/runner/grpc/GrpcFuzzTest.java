package dev.marmita.runner.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.inference.Inference;
import dev.marmita.runner.inference.ServedModels;
import dev.marmita.runner.inference.Statistics;
import dev.marmita.runner.onnx.ModelSource;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.runner.onnx.OnnxOptions;
import dev.marmita.runner.testing.Mutations;
import dev.marmita.runner.testing.TinyOnnx;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.BadInputException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** As RestFuzzTest, for messages of gRPC. */
class GrpcFuzzTest {

    private static final Consumer<ProtoWriter> NONE = to -> {};

    @TempDir static Path home;
    private static OnnxModel floats;
    private static OnnxModel texts;
    private static ServedModels models;
    private static ResourceLeakDetector.Level before;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, false);
    private final Frames frames = new Frames(allocator, 1 << 20);
    private final Inference inference = new Inference(new Statistics(InstantSource.system()));

    @BeforeAll
    static void open() throws Exception {
        before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        floats = open("f", TinyOnnx.identity(home.resolve("f"), TinyOnnx.Type.FP32, -1));
        texts = open("t", TinyOnnx.identity(home.resolve("t"), TinyOnnx.Type.BYTES, -1));
        models = new ServedModels(Map.of("f", floats, "t", texts));
    }

    private static OnnxModel open(String name, Path file) throws Exception {
        return OnnxModel.open(
                new ModelSource(name, "1", "sha256:" + name, file), OnnxOptions.of(1));
    }

    @AfterAll
    static void close() {
        floats.close();
        texts.close();
        ResourceLeakDetector.setLevel(before);
    }

    private static byte[] message(Consumer<ProtoWriter> content) {
        ByteBuf bytes = Unpooled.buffer();
        content.accept(new ProtoWriter(bytes));
        byte[] message = new byte[bytes.readableBytes()];
        bytes.readBytes(message);
        return message;
    }

    private static byte[] request(String model, String datatype, Consumer<ProtoWriter> rest) {
        return message(
                to -> {
                    to.string(1, model).string(3, "id");
                    to.message(
                            4,
                            entry -> entry.string(1, "priority").message(2, v -> v.number(2, 1)));
                    to.message(
                            5,
                            input -> {
                                input.string(1, "x").string(2, datatype);
                                input.packed(3, new long[] {2});
                                if (rest == NONE) {
                                    input.message(
                                            5,
                                            contents ->
                                                    contents.bytes(
                                                            datatype.equals("FP32") ? 6 : 8,
                                                            new byte[8]));
                                }
                            });
                    to.message(6, output -> output.string(1, "y"));
                    if (rest != NONE) {
                        rest.accept(to);
                    }
                });
    }

    private boolean answered(byte[] bytes) {
        ByteBuf body = Unpooled.directBuffer(bytes.length + 1).writeBytes(bytes);
        RequestScope scope =
                new RequestScope("1", name -> null, Duration.ofHours(1), Instant.EPOCH);
        try {
            ByteBuf message = frames.only(body, "gzip");
            try {
                InferRequest[] read = new InferRequest[1];
                ByteBuf answer =
                        inference.answer(
                                scope,
                                () -> {
                                    read[0] = InferRequest.read(message);
                                    return read[0].call(models, allocator);
                                },
                                (call, outcome) ->
                                        frames.frame(
                                                512,
                                                InferResponse.of(call, outcome, read[0].typed())
                                                        ::write));
                answer.release();
                return true;
            } finally {
                message.release();
            }
        } catch (BadInputException e) {
            assertThat(e.getMessage()).isNotBlank();
        } catch (RefusedException e) {
            assertThat(e.status()).as(e.text()).matches(s -> s < 500 || s == 504);
            assertThat(e.text()).isNotBlank();
        } catch (RuntimeException | Error e) {
            throw new AssertionError(HexFormat.of().formatHex(bytes), e);
        } finally {
            body.release();
            assertThat(allocator.metric().usedDirectMemory()).isZero();
            assertThat(allocator.metric().usedHeapMemory()).isZero();
        }
        return false;
    }

    @Test
    void spoiltMessagesAreAnsweredOrRefused() {
        Mutations mutations =
                new Mutations(
                        4,
                        List.of(
                                request("f", "FP32", NONE),
                                request("t", "BYTES", NONE),
                                request("f", "FP32", to -> to.bytes(7, new byte[8])),
                                request(
                                        "t",
                                        "BYTES",
                                        to ->
                                                to.bytes(
                                                        7,
                                                        "\1\0\0\0a\0\0\0\0"
                                                                .getBytes(
                                                                        StandardCharsets
                                                                                .ISO_8859_1)))),
                        List.of(
                                "\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\1",
                                "\u0080\u0080\u0080\u0080\u0008",
                                "\u007f",
                                "\0",
                                "x",
                                "*",
                                ":",
                                "2",
                                "\u003a\u0008aaaaaaaa",
                                "\u0018\u0002",
                                "\u0010\1",
                                "FP16",
                                "INT64"));
        int answers = 0;
        for (int i = 0; i < Mutations.cases(12_000); i++) {
            byte[] message = mutations.next();
            answers += answered(framed(message, mutations.random().nextInt(50) == 0)) ? 1 : 0;
        }
        assertThat(answers).isBetween(100, Mutations.cases(12_000) - 100);
    }

    /** In a frame, which now and then says that its message is compressed. */
    private static byte[] framed(byte[] message, boolean compressed) {
        ByteBuf frame = Unpooled.buffer();
        frame.writeBoolean(compressed).writeInt(message.length).writeBytes(message);
        byte[] bytes = new byte[frame.readableBytes()];
        frame.readBytes(bytes);
        return bytes;
    }
}
