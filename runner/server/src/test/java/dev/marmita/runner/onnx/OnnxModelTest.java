package dev.marmita.runner.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.runner.testing.TinyOnnx;
import dev.marmita.service.BadInputException;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Model;
import dev.marmita.service.ModelFailedException;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OnnxModelTest {

    @TempDir Path home;

    private static ModelSource source(Path file) {
        return new ModelSource("tiny", "1", "sha256:" + file.getFileName(), file);
    }

    private static OnnxModel open(Path file) throws ModelInvalidException {
        return OnnxModel.open(source(file), OnnxOptions.of(1));
    }

    @ParameterizedTest
    @EnumSource
    void carriesEveryDatatypeThroughTheModel(TinyOnnx.Type type) throws Exception {
        ElementKind kind = ElementKind.valueOf(type.name());
        Path file = TinyOnnx.identity(home.resolve("echo.onnx"), type, -1, 2);
        try (OnnxModel model = open(file)) {
            assertThat(model.signature().inputs())
                    .containsExactly(new Signature.Port("x", kind, List.of(-1L, 2L)));
            assertThat(model.metadata()).isEqualTo(Map.of("made-by", "a test"));
            if (kind == ElementKind.BYTES) {
                List<byte[]> strings = List.of("olá".getBytes(StandardCharsets.UTF_8), new byte[0]);
                try (ModelResult result = model.run(Tensor.ofStrings(strings, 1, 2))) {
                    assertThat(result.first().strings()).containsExactlyElementsOf(strings);
                }
                return;
            }
            byte[] bytes = new byte[6 * kind.size()];
            new Random(1).nextBytes(bytes);
            if (kind == ElementKind.BOOL) {
                bytes = new byte[] {0, 1, 1, 0, 0, 1};
            }
            ByteBuffer direct = Tensor.allocate(bytes.length).put(bytes).flip();
            try (ModelResult result = model.run(Tensor.of(kind, direct, 3, 2))) {
                Tensor output = result.first();
                assertThat(output.kind()).isEqualTo(kind);
                assertThat(output.shape()).containsExactly(3, 2);
                assertThat(output.data().isDirect()).isTrue();
                byte[] read = new byte[bytes.length];
                output.data().get(read);
                assertThat(read).isEqualTo(bytes);
            }
        }
    }

    @Test
    void takesInputsThatAreNotAlignedOrNotDirect() throws Exception {
        Path file = TinyOnnx.identity(home.resolve("echo.onnx"), TinyOnnx.Type.FP32, -1);
        try (OnnxModel model = open(file)) {
            ByteBuffer odd = Tensor.allocate(9).position(1);
            odd.duplicate().order(java.nio.ByteOrder.nativeOrder()).putFloat(1).putFloat(2);
            ByteBuffer heap = ByteBuffer.allocate(8).order(java.nio.ByteOrder.nativeOrder());
            heap.putFloat(1).putFloat(2).flip();
            for (ByteBuffer data : List.of(odd, heap, heap.asReadOnlyBuffer())) {
                try (ModelResult result = model.run(Tensor.of(ElementKind.FP32, data, 2))) {
                    assertThat(result.first().floats().get(1)).isEqualTo(2);
                }
            }
            try (ModelResult result = model.run(Tensor.ofFloats(new float[0], 0))) {
                assertThat(result.first().size()).isZero();
            }
        }
    }

    @Test
    void runsOnlyTheOutputsAskedFor() throws Exception {
        try (OnnxModel model = open(TinyOnnx.arithmetic(home.resolve("two.onnx")))) {
            Map<String, Tensor> inputs =
                    Map.of(
                            "a",
                            Tensor.ofFloats(new float[] {5}, 1),
                            "b",
                            Tensor.ofFloats(new float[] {3}, 1));

            try (ModelResult result = model.run(inputs, Set.of("difference"))) {
                assertThat(result.outputs().keySet()).containsExactly("difference");
                assertThat(result.first().floats().get()).isEqualTo(2);
            }
            try (ModelResult result = model.run(inputs)) {
                assertThat(result.outputs().keySet()).containsExactly("sum", "difference");
            }
        }
    }

    @Test
    void namesTheInputThatDoesNotFit() throws Exception {
        try (OnnxModel model = open(TinyOnnx.arithmetic(home.resolve("two.onnx")))) {
            Tensor one = Tensor.ofFloats(new float[] {1}, 1);

            assertThatThrownBy(() -> model.run(Map.of("a", one)))
                    .isInstanceOf(BadInputException.class)
                    .hasMessage("input 'b' is missing");
            assertThatThrownBy(() -> model.run(Map.of("a", one, "b", one, "c", one)))
                    .hasMessage("the model has no input 'c'");
            assertThatThrownBy(
                            () ->
                                    model.run(
                                            Map.of(
                                                    "a",
                                                    one,
                                                    "b",
                                                    Tensor.ofLongs(new long[] {1}, 1))))
                    .hasMessage("input 'b' takes datatype FP32, not INT64");
            assertThatThrownBy(
                            () ->
                                    model.run(
                                            Map.of(
                                                    "a",
                                                    one,
                                                    "b",
                                                    Tensor.ofFloats(new float[] {1}, 1, 1))))
                    .hasMessage("input 'b' takes shape [-1], not [1, 1]");
        }
    }

    @Test
    void survivesARunThatFailsInside() throws Exception {
        try (OnnxModel model = open(TinyOnnx.square(home.resolve("square.onnx")))) {
            assertThatThrownBy(() -> model.run(Tensor.ofFloats(new float[6], 2, 3)))
                    .isInstanceOf(ModelFailedException.class)
                    .hasMessageContaining("model tiny failed on these inputs");
            try (ModelResult result = model.run(Tensor.ofFloats(new float[] {2}, 1, 1))) {
                assertThat(result.first().floats().get()).isEqualTo(4);
            }
        }
    }

    /** Ends every run at once where asked, and counts what is held. */
    private static final class Counting implements RunWatch {
        private final AtomicInteger held = new AtomicInteger();
        private boolean terminating;

        @Override
        public Runnable started(Model model, Runnable terminate) {
            if (terminating) {
                terminate.run();
            }
            return () -> {};
        }

        @Override
        public void held(int tensors) {
            held.addAndGet(tensors);
        }
    }

    @Test
    void tellsOfTensorsUntilTheirResultIsClosed() throws Exception {
        Counting watch = new Counting();
        OnnxOptions options = new OnnxOptions(1, Optional.empty(), watch);
        Tensor one = Tensor.ofFloats(new float[] {1}, 1);
        Path file = TinyOnnx.arithmetic(home.resolve("two.onnx"));
        try (OnnxModel model = OnnxModel.open(source(file), options)) {
            ModelResult result = model.run(Map.of("a", one, "b", one));

            assertThat(watch.held).as("both outputs; the inputs are freed").hasValue(2);
            result.close();
            result.close();
            assertThat(watch.held).hasValue(0);
        }
    }

    @Test
    void holdsNoTensorOfARunThatFails() throws Exception {
        Counting watch = new Counting();
        OnnxOptions options = new OnnxOptions(1, Optional.empty(), watch);
        Path square = TinyOnnx.square(home.resolve("square.onnx"));
        try (OnnxModel model = OnnxModel.open(source(square), options)) {
            assertThatThrownBy(() -> model.run(Tensor.ofFloats(new float[6], 2, 3)))
                    .isInstanceOf(ModelFailedException.class);
            assertThat(watch.held).as("failed inside").hasValue(0);
            watch.terminating = true;
            assertThatThrownBy(() -> model.run(Tensor.ofFloats(new float[4], 2, 2)))
                    .isInstanceOf(ModelFailedException.class);
            assertThat(watch.held).as("ended early").hasValue(0);
            model.unload();
            assertThatThrownBy(() -> model.run(Tensor.ofFloats(new float[4], 2, 2)))
                    .hasMessageContaining("not loaded");
            assertThat(watch.held).as("not loaded").hasValue(0);
        }
        Path texts = TinyOnnx.identity(home.resolve("t.onnx"), TinyOnnx.Type.BYTES, -1);
        try (OnnxModel model = OnnxModel.open(source(texts), options)) {
            List<byte[]> bad = List.of(new byte[] {(byte) 0xff});
            watch.terminating = false;
            assertThatThrownBy(() -> model.run(Tensor.ofStrings(bad, 1)))
                    .isInstanceOf(BadInputException.class);
            assertThat(watch.held).as("no such input").hasValue(0);
        }
    }

    @Test
    void endsARunThatIsTerminated() throws Exception {
        AtomicInteger ended = new AtomicInteger();
        RunWatch terminating =
                (model, terminate) -> {
                    terminate.run();
                    return ended::incrementAndGet;
                };
        Path file = TinyOnnx.slow(home.resolve("slow.onnx"), 50);
        try (OnnxModel model =
                OnnxModel.open(source(file), new OnnxOptions(1, Optional.empty(), terminating))) {
            assertThatThrownBy(() -> model.run(Tensor.ofFloats(new float[1024 * 1024], 1024, 1024)))
                    .isInstanceOf(ModelFailedException.class);
            assertThat(ended).hasValue(1);
        }
    }

    @Test
    void refusesWhatIsNoModel() throws Exception {
        Path file = Files.writeString(home.resolve("no.onnx"), "this is no model");

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(ModelInvalidException.class)
                .hasMessageContaining("tiny@1 cannot be opened");
        assertThatThrownBy(() -> open(home.resolve("absent.onnx")))
                .isInstanceOf(ModelInvalidException.class)
                .hasMessageContaining("has no file");
    }

    @Test
    void refusesRunsOnceClosed() throws Exception {
        OnnxModel model = open(TinyOnnx.square(home.resolve("square.onnx")));
        model.close();
        model.close();

        assertThatThrownBy(() -> model.run(Tensor.ofFloats(new float[1], 1, 1)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void keepsTheOptimisedGraphAndRemakesADamagedOne() throws Exception {
        Path cache = home.resolve("cache");
        Path file = TinyOnnx.square(home.resolve("square.onnx"));
        OnnxOptions options = new OnnxOptions(1, Optional.of(cache), RunWatch.NONE);

        OnnxModel.open(source(file), options).close();
        Path graph = only(cache);
        // The graph alone is enough now: the original's content is no longer read.
        Files.writeString(file, "no longer a model");
        assertSquares(OnnxModel.open(source(file), options));

        byte[] damaged = Files.readAllBytes(graph);
        damaged[damaged.length / 2] ^= 1;
        Files.write(graph, damaged);
        assertThatThrownBy(() -> OnnxModel.open(source(file), options))
                .isInstanceOf(ModelInvalidException.class);
        assertThat(graph).doesNotExist();

        TinyOnnx.square(file);
        assertSquares(OnnxModel.open(source(file), options));
        assertThat(only(cache)).exists();
    }

    @Test
    void opensWithoutACacheThatCannotBeWritten() throws Exception {
        Path file = TinyOnnx.square(home.resolve("square.onnx"));
        Path noFolder = Files.writeString(home.resolve("file"), "in the way");
        OnnxOptions options = new OnnxOptions(1, Optional.of(noFolder), RunWatch.NONE);

        assertSquares(OnnxModel.open(source(file), options));
    }

    private static Path only(Path folder) throws Exception {
        try (var entries = Files.list(folder)) {
            List<Path> all = entries.toList();
            assertThat(all).hasSize(1);
            return all.getFirst();
        }
    }

    private static void assertSquares(OnnxModel model) {
        try (model;
                ModelResult result = model.run(Tensor.ofFloats(new float[] {3}, 1, 1))) {
            assertThat(result.first().floats().get()).isEqualTo(9);
        }
    }
}
