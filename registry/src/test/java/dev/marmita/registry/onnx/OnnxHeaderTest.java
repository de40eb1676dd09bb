package dev.marmita.registry.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class OnnxHeaderTest {

    @TempDir static Path folder;

    private static OnnxHeader read(byte[] bytes) throws IOException, InvalidModelException {
        return OnnxHeader.read(Files.write(folder.resolve("model.onnx"), bytes));
    }

    private static void assertRefused(byte[] bytes, String why) {
        assertThatExceptionOfType(InvalidModelException.class)
                .isThrownBy(() -> read(bytes))
                .withMessageContaining(why);
    }

    @Test
    void readsWhatTheFileSays() throws Exception {
        OnnxHeader header = read(Models.addition(Map.of("k", "\uD83D\uDE00 v"), Models::weight));
        assertThat(header.opsets()).containsExactly(entry("ai.onnx", 17L));
        assertThat(header.irVersion()).isEqualTo(8);
        assertThat(header.producer()).isEqualTo("marmita-test 1.0");
        assertThat(header.metadata()).containsExactly(entry("k", "\uD83D\uDE00 v"));
    }

    @Test
    void takesTheLastOfAFieldThatIsThereTwice() throws Exception {
        byte[] one = Models.addition("a");
        byte[] more =
                Proto.message(
                        m -> m.number(1, 9).nested(14, e -> e.text(1, "marker").text(2, "b")));
        byte[] both = Arrays.copyOf(one, one.length + more.length);
        System.arraycopy(more, 0, both, one.length, more.length);
        assertThat(read(both).irVersion()).isEqualTo(9);
        assertThat(read(both).metadata()).containsExactly(entry("marker", "b"));
    }

    @Test
    void refusesATruncatedModel() throws IOException {
        byte[] whole = Models.detector();
        for (int length : List.of(1, 100, whole.length / 2, whole.length - 1)) {
            assertRefused(Arrays.copyOf(whole, length), "not an ONNX file");
        }
    }

    @Test
    void refusesGarbage() throws IOException {
        assertRefused("PK\3\4 this is no model".getBytes(), "not an ONNX file");
        assertRefused(new byte[1000], "not an ONNX file");
        assertRefused(Proto.message(model -> model.number(1, 8)), "it has no graph");
    }

    /** Wherever the weights hide: initializer, attribute, subgraph of a node in a function, sparse. */
    @ParameterizedTest
    @CsvSource({
        "../../etc/passwd,graph",
        "weights.bin,attribute",
        "/etc/passwd,subgraph",
        "*/_ORT_MEM_ADDR_/*,function",
        "../x,sparse",
        "../x,training"
    })
    void refusesExternalData(String location, String where) throws IOException {
        Consumer<Proto> external =
                tensor ->
                        tensor.number(1, 3)
                                .number(2, 1)
                                .text(8, "w")
                                .nested(13, entry -> entry.text(1, "location").text(2, location))
                                .number(14, 1);
        Consumer<Proto> node = n -> n.text(4, "Constant").nested(5, a -> a.nested(5, external));
        byte[] model =
                switch (where) {
                    case "graph" -> Models.addition(Map.of(), external);
                    case "attribute" -> graph(g -> g.nested(1, node));
                    case "subgraph" ->
                            graph(
                                    g ->
                                            g.nested(
                                                    1,
                                                    n ->
                                                            n.nested(
                                                                    5,
                                                                    a ->
                                                                            a.nested(
                                                                                    6,
                                                                                    sub ->
                                                                                            sub
                                                                                                    .nested(
                                                                                                            1,
                                                                                                            node)))));
                    case "function" ->
                            Proto.message(
                                    m -> m.nested(7, g -> {}).nested(25, f -> f.nested(7, node)));
                    case "sparse" -> graph(g -> g.nested(15, s -> s.nested(1, external)));
                    case "training" ->
                            Proto.message(
                                    m ->
                                            m.nested(7, g -> {})
                                                    .nested(
                                                            20,
                                                            t ->
                                                                    t.nested(
                                                                            2,
                                                                            g ->
                                                                                    g.nested(
                                                                                            5,
                                                                                            external))));
                    default -> throw new IllegalArgumentException(where);
                };
        assertRefused(model, "single-file models only");
    }

    private static byte[] graph(Consumer<Proto> graph) {
        return Proto.message(model -> model.number(1, 8).nested(7, graph));
    }

    @Test
    void refusesEndlessNesting() throws IOException {
        byte[] graph = new byte[0];
        for (int depth = 0; depth < 10_000; depth++) {
            byte[] inner = graph;
            graph = Proto.message(g -> g.nested(1, n -> n.nested(5, a -> a.bytes(6, inner))));
        }
        byte[] nested = graph;
        assertRefused(
                Proto.message(m -> m.number(1, 8).bytes(7, nested)), "nested more than 64 levels");
    }

    @Test
    void refusesMetadataWithoutEnd() throws IOException {
        assertRefused(
                Proto.message(
                        m -> {
                            m.nested(7, g -> {});
                            for (int i = 0; i < 2_000; i++) {
                                String key = "key" + i;
                                m.nested(14, e -> e.text(1, key).text(2, "value"));
                            }
                        }),
                "more than 1024 entries");
        assertRefused(
                Proto.message(
                        m -> m.nested(7, g -> {}).nested(14, e -> e.text(2, "v".repeat(2 << 20)))),
                "a text in the model's header");
    }
}
