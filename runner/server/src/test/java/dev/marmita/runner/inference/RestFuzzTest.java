package dev.marmita.runner.inference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.http.Reply;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Spoilt bodies of REST go all the way to an answer: one that is well-formed, or a refusal that says why
 * and is the caller's fault; and no byte of memory stays behind.
 */
class RestFuzzTest {

    private static final List<String> WORDS =
            List.of(
                    "[",
                    "]",
                    "{",
                    "}",
                    ",",
                    ":",
                    "\"",
                    "\\",
                    "\\u",
                    "\\ud83d",
                    "null",
                    "true",
                    "-",
                    "1e999",
                    "1e-999",
                    "0.1e400",
                    "99999999999999999999",
                    "-1",
                    "4294967296",
                    "2147483648",
                    "9223372036854775807",
                    "\"data\":",
                    "\"shape\":[",
                    "\"inputs\":",
                    "\"x\":",
                    "\"datatype\":\"FP16\"",
                    "\"datatype\":\"BYTES\"",
                    "\"binary_data_size\":",
                    "\"timeout\":1,",
                    "[[[[[[[[",
                    "\0",
                    "\u00ff",
                    " ");

    @TempDir static Path home;
    private static OnnxModel floats;
    private static OnnxModel texts;
    private static OnnxModel two;
    private static ResourceLeakDetector.Level before;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, false);
    private final Inference inference = new Inference(new Statistics(InstantSource.system()));

    @BeforeAll
    static void open() throws Exception {
        before = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        floats = open("f", TinyOnnx.identity(home.resolve("f"), TinyOnnx.Type.FP32, -1, 3));
        texts = open("t", TinyOnnx.identity(home.resolve("t"), TinyOnnx.Type.BYTES, -1));
        two = open("a", TinyOnnx.arithmetic(home.resolve("a")));
    }

    private static OnnxModel open(String name, Path file) throws Exception {
        return OnnxModel.open(
                new ModelSource(name, "1", "sha256:" + name, file), OnnxOptions.of(1));
    }

    @AfterAll
    static void close() {
        floats.close();
        texts.close();
        two.close();
        ResourceLeakDetector.setLevel(before);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Reads, runs and writes one body. */
    private interface Door {
        Inference.Encoding<Reply.Whole> encoding();

        InferCall decode(ByteBuf body);
    }

    /** Whether an answer was given. */
    private boolean answered(byte[] bytes, boolean direct, Door door) {
        ByteBuf body =
                (direct ? Unpooled.directBuffer(bytes.length + 1) : Unpooled.buffer())
                        .writeBytes(bytes);
        RequestScope scope =
                new RequestScope("1", name -> null, Duration.ofHours(1), Instant.EPOCH);
        try {
            inference.answer(scope, () -> door.decode(body), door.encoding()).drop();
            return true;
        } catch (BadInputException e) {
            assertThat(e.getMessage()).isNotBlank();
        } catch (RefusedException e) {
            // 504 where the body itself allows a microsecond.
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

    private Door version2(OnnxModel model, @Nullable String length) {
        return new Door() {
            @Override
            public Inference.Encoding<Reply.Whole> encoding() {
                return (call, outcome) -> RestWriting.write(outcome, call.id(), allocator);
            }

            @Override
            public InferCall decode(ByteBuf body) {
                return InferReading.read(model, length, body, allocator);
            }
        };
    }

    private Door version1(OnnxModel model) {
        return new Door() {
            @Override
            public Inference.Encoding<Reply.Whole> encoding() {
                return (call, outcome) -> PredictWriting.write(outcome, true, allocator);
            }

            @Override
            public InferCall decode(ByteBuf body) {
                return PredictReading.read(model, JsonCursor.over(body), allocator).call();
            }
        };
    }

    @Test
    void spoiltJsonOfVersion2IsAnsweredOrRefused() {
        Mutations mutations =
                new Mutations(
                        1,
                        List.of(
                                utf8(
                                        "{\"id\":\"a\",\"parameters\":{\"priority\":1,\"z\":[{}]},\"inputs\":[{\"name\":\"x\",\"shape\":[2,3],\"datatype\":\"FP32\",\"data\":[[1,2.5,-3e-2],[4,5,6]]}],\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":false}}]}"),
                                utf8(
                                        "{\"inputs\":[{\"data\":[1,2,3],\"datatype\":\"FP32\",\"shape\":[1,3],\"name\":\"x\"}]}"),
                                utf8(
                                        "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"BYTES\",\"data\":[\"a\\u00e9\\n\",\"b\"]}]}")),
                        WORDS);
        int answers = 0;
        for (int i = 0; i < Mutations.cases(8_000); i++) {
            byte[] bytes = mutations.next();
            answers += answered(bytes, false, version2(i % 4 == 0 ? texts : floats, null)) ? 1 : 0;
        }
        // Both happen: the mutations are neither too tame nor too wild.
        assertThat(answers).isBetween(100, Mutations.cases(8_000) - 100);
    }

    @Test
    void spoiltBinaryBodiesAreAnsweredOrRefused() {
        String json =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,3],\"datatype\":\"FP32\",\"parameters\":{\"binary_data_size\":12}}],\"parameters\":{\"binary_data_output\":true}}";
        String strings =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"BYTES\",\"parameters\":{\"binary_data_size\":11}}]}";
        Mutations mutations =
                new Mutations(
                        2,
                        List.of(
                                utf8(json + "abcdefghijkl"),
                                utf8(strings + "\2\0\0\0ab\1\0\0\0c"),
                                utf8("\1\0\0\0c")),
                        WORDS);
        int answers = 0;
        for (int i = 0; i < Mutations.cases(8_000); i++) {
            byte[] bytes = mutations.next();
            int end = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf('}') + 1;
            int length =
                    switch (mutations.random().nextInt(8)) {
                        case 0 -> mutations.random().nextInt(bytes.length + 3) - 1;
                        case 1 -> 0;
                        default -> end;
                    };
            OnnxModel model = i % 3 == 0 ? texts : floats;
            boolean ok = answered(bytes, true, version2(model, Integer.toString(length)));
            answers += ok ? 1 : 0;
        }
        assertThat(answers).isBetween(100, Mutations.cases(8_000) - 100);
    }

    @Test
    void spoiltPredictionsOfVersion1AreAnsweredOrRefused() {
        Mutations mutations =
                new Mutations(
                        3,
                        List.of(
                                utf8("{\"instances\":[[1,2,3],[4,5,6]]}"),
                                utf8("{\"instances\":[{\"x\":[1,2,3]},{\"x\":[4,5,6]}]}"),
                                utf8("{\"inputs\":{\"x\":[[1,2,3]]}}"),
                                utf8("{\"instances\":[{\"a\":1,\"b\":2},{\"b\":1,\"a\":5}]}"),
                                utf8("{\"instances\":[\"a\",{\"b64\":\"YsOp\"}]}")),
                        WORDS);
        OnnxModel[] models = {floats, texts, two};
        int answers = 0;
        for (int i = 0; i < Mutations.cases(8_000); i++) {
            answers += answered(mutations.next(), false, version1(models[i % 3])) ? 1 : 0;
        }
        assertThat(answers).isBetween(20, Mutations.cases(8_000) - 100);
    }
}
