package dev.marmita.runner.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.JsonReading;
import dev.marmita.runner.binding.Shape;
import dev.marmita.runner.onnx.ModelSource;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.runner.onnx.OnnxOptions;
import dev.marmita.runner.testing.TinyOnnx;
import dev.marmita.service.BadInputException;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestReadingTest {

    private static final String CALL =
            """
            {"id":"a\\u00e9\\ud83d\\ude00","parameters":{"x":{"deep":[1,{}]},"binary_data_output":true},"other":null,
             "inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[[1,2.5],[-3e-2,4]]}],
             "outputs":[{"name":"y"},{"name":"z","parameters":{"binary_data":false}}]}
            """;

    @TempDir static Path home;
    private static OnnxModel model;

    @BeforeAll
    static void open() throws Exception {
        Path file = TinyOnnx.identity(home.resolve("x.onnx"), TinyOnnx.Type.FP32, -1);
        model = OnnxModel.open(new ModelSource("x", "1", "sha256:x", file), OnnxOptions.of(1));
    }

    @AfterAll
    static void close() {
        model.close();
    }

    private final PooledByteBufAllocator allocator = new PooledByteBufAllocator(true);

    @AfterEach
    void givesAllMemoryBack() {
        assertThat(
                        allocator.metric().directArenas().stream()
                                .mapToLong(a -> a.numActiveAllocations())
                                .sum())
                .isZero();
    }

    private InferCall read(String json, byte... binary) {
        byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        ByteBuf raw = Unpooled.directBuffer().writeBytes(binary);
        return RestReading.read(model, new JsonCursor(bytes, 0, bytes.length), raw, allocator);
    }

    @Test
    void readsACall() {
        try (InferCall call = read(CALL)) {
            assertThat(call.id()).isEqualTo("aé😀");
            Tensor x = call.inputs().get("x");
            assertThat(x.kind()).isEqualTo(ElementKind.FP32);
            assertThat(x.shape()).containsExactly(2, 2);
            assertThat(x.floats())
                    .isEqualTo(java.nio.FloatBuffer.wrap(new float[] {1, 2.5f, -0.03f, 4}));
            assertThat(call.outputs())
                    .containsExactly(
                            new InferCall.Wanted("y", true), new InferCall.Wanted("z", false));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"name\":\"x\",\"datatype\":\"INT8\",\"shape\":[3],\"data\":[-128,0,127]}",
                "{\"data\":[-128,0,127],\"shape\":[3],\"datatype\":\"INT8\",\"name\":\"x\"}",
                "{\"shape\":[3,1],\"data\":[[-128],[0],[127]],\"datatype\":\"INT8\",\"name\":\"x\"}",
                "{\"name\":\"x\",\"datatype\":\"INT8\",\"shape\":[1,3,1],\"data\":[-128,0,127]}",
            })
    void takesMembersInAnyOrderAndDataNestedOrFlat(String input) {
        try (InferCall call = read("{\"inputs\":[" + input + "]}")) {
            byte[] bytes = new byte[3];
            call.inputs().get("x").data().get(bytes);
            assertThat(bytes).containsExactly(-128, 0, 127);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"shape\":[2,2]| \"shape\":[2,-2]| negative dimension",
                "\"shape\":[2,2]| \"shape\":[4294967296,4294967296]| too large",
                "\"shape\":[2,2]| \"shape\":[536870911]| fewer elements",
                "\"shape\":[2,2]| \"shape\":[2,3]| fewer elements",
                "\"shape\":[2,2]| \"shape\":[2,1]| more elements",
                "\"shape\":[2,2]| \"shape\":[4]| nested deeper",
                "\"shape\":[2,2]| \"shape\":[2.5]| not an integer",
                "\"shape\":[2,2]| \"shape\":\"2\"| '[' is missing",
                "\"shape\":[2,2],| ``| no 'shape'",
                "\"datatype\":\"FP32\",| ``| no 'datatype'",
                "\"name\":\"x\",| ``| no 'name'",
                "\"FP32\"| \"FP33\"| unknown datatype 'FP33'",
                "\"FP32\"| \"FP16\"| must be sent as binary",
                "[[1,2.5],[-3e-2,4]]| [[1,2.5],[-3e-2]]| fewer elements",
                "[[1,2.5],[-3e-2,4]]| [[1,2.5,7],[-3e-2,4]]| more elements",
                "[[1,2.5],[-3e-2,4]]| [1,\"a\",3,4]| value is missing",
                "[[1,2.5],[-3e-2,4]]| [1,1e99,3,4]| too large for FP32",
                "[[1,2.5],[-3e-2,4]]| 5| fewer elements",
                "\"data\":[[1,2.5],[-3e-2,4]]| \"parameters\":{\"binary_data_size\":16}| 0 are there",
                "\"data\":| \"dat\":| must have either",
                "\"inputs\"| \"inputz\"| no 'inputs'",
                "\"binary_data\":false| \"classification\":3| not served",
                "{\"name\":\"y\"}| {\"name\":\"z\"}| asked for twice",
                "}}]}| }}]| '}' is missing",
                "}}]}| }}]}x| more after the JSON",
            })
    void saysWhatIsWrong(String part, String instead, String message) {
        String json = CALL.strip().replace("\n", "");
        assertThat(json).contains(part);

        assertThatThrownBy(() -> read(json.replace(part, instead)))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void refusesDepthWithoutOverflowingTheStack() {
        String json = "{\"deep\":" + "[".repeat(100_000) + "}";

        assertThatThrownBy(() -> read(json))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining("nested deeper");
    }

    @Test
    void takesBinaryInputsInTheirOrderAndRefusesLeftovers() {
        String json =
                """
                {"inputs":[
                 {"name":"a","shape":[2],"datatype":"UINT8","parameters":{"binary_data_size":2}},
                 {"name":"b","shape":[1],"datatype":"BYTES","parameters":{"binary_data_size":6}},
                 {"name":"c","shape":[1],"datatype":"BOOL","data":[true]}]}
                """;

        try (InferCall call =
                read(
                        json,
                        (byte) 1,
                        (byte) 255,
                        (byte) 2,
                        (byte) 0,
                        (byte) 0,
                        (byte) 0,
                        (byte) 'h',
                        (byte) 'i')) {
            assertThat(call.inputs().get("a").data().get(1)).isEqualTo((byte) 255);
            assertThat(call.inputs().get("b").strings())
                    .containsExactly("hi".getBytes(StandardCharsets.UTF_8));
            assertThat(call.inputs().get("c").data().get(0)).isEqualTo((byte) 1);
        }
        assertThatThrownBy(
                        () ->
                                read(
                                        json, (byte) 1, (byte) 1, (byte) 2, (byte) 0, (byte) 0,
                                        (byte) 0, (byte) 7, (byte) 7, (byte) 7))
                .hasMessageContaining("unexpected additional input data: 1 bytes");
        assertThatThrownBy(
                        () ->
                                read(
                                        json,
                                        (byte) 1,
                                        (byte) 1,
                                        (byte) 255,
                                        (byte) 255,
                                        (byte) 255,
                                        (byte) 255,
                                        (byte) 0,
                                        (byte) 0))
                .hasMessageContaining("element 0 is cut off");
    }

    /** The general parser decides what is JSON; ours must agree on whatever it takes. */
    @Test
    void neverTakesWhatIsNotJsonAndNeverFailsOtherwise() throws Exception {
        Random random = new Random(7);
        byte[] valid = CALL.getBytes(StandardCharsets.UTF_8);
        String alphabet = "{}[],:\"\\0123456789.eE+-truefalsn \u0000\u00ff";
        Shape any = Shape.shapes().of(Object.class);
        int taken = 0;
        for (int i = 0; i < 60_000; i++) {
            byte[] mutated = valid.clone();
            for (int n = random.nextInt(1, 4); n > 0; n--) {
                mutated[random.nextInt(mutated.length)] =
                        (byte) alphabet.charAt(random.nextInt(alphabet.length()));
            }
            try (InferCall call =
                    RestReading.read(
                            model,
                            new JsonCursor(mutated, 0, mutated.length),
                            Unpooled.EMPTY_BUFFER,
                            allocator)) {
                taken++;
                assertThat(call.id()).isNotNull();
                try (var parser = new Json(1 << 20).parser(mutated, 0, mutated.length)) {
                    assertThat(JsonReading.document(parser, any)).isInstanceOf(Map.class);
                } catch (BadInputException e) {
                    // Malformed UTF-8 inside a string is replaced by us and refused by the other.
                    assertThat(new String(mutated, StandardCharsets.UTF_8)).contains("\ufffd");
                }
            } catch (BadInputException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
        assertThat(taken).isPositive();
    }
}
