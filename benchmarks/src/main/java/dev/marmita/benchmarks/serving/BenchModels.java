package dev.marmita.benchmarks.serving;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The models that are served. */
final class BenchModels {

    private BenchModels() {}

    /** A perceptron of 16 inputs, 32 hidden and 4 outputs: 3 KB, all overhead. */
    static Path tiny(Path file) {
        OnnxFile model = new OnnxFile().input("x", -1, 16).output("y", -1, 4);
        String hidden = model.node("MatMul", Map.of(), "x", model.weights(16, 32));
        String active = model.node("Relu", Map.of(), hidden);
        model.node("MatMul", Map.of(), "y", List.of(active, model.weights(32, 4)));
        return model.write(file);
    }

    /** Means over a picture's planes: nearly nothing to compute, much to read. */
    static Path means(Path file) {
        OnnxFile model = new OnnxFile().input("x", -1, 3, 224, 224).output("y", -1, 3, 1, 1);
        model.node("GlobalAveragePool", Map.of(), "y", List.of("x"));
        return model.write(file);
    }

    /**
     * A network for single characters, after LeCun's: two convolutions over 28 × 28 pixels, two dense
     * layers, 3,755 classes (the first level of GB 2312); tells the class and its score.
     */
    static Path characters(Path file) {
        OnnxFile model =
                new OnnxFile()
                        .input("x", -1, 1, 28, 28)
                        .integerOutput("class", -1, 1)
                        .output("score", -1, 1);
        String one = convolution(model, "x", 16, 1);
        String two = convolution(model, one, 32, 16);
        String flat = model.node("Flatten", Map.of("axis", 1), two);
        String hidden =
                model.node(
                        "Relu",
                        Map.of(),
                        model.node("MatMul", Map.of(), flat, model.weights(32 * 4 * 4, 1024)));
        String classes = model.node("MatMul", Map.of(), hidden, model.weights(1024, 3755));
        model.node("ArgMax", Map.of("axis", 1), "class", List.of(classes));
        model.node("ReduceMax", Map.of("axes", new int[] {1}), "score", List.of(classes));
        return model.write(file);
    }

    private static String convolution(OnnxFile model, String from, int to, int channels) {
        String convolved =
                model.node(
                        "Conv",
                        Map.of("kernel_shape", new int[] {5, 5}),
                        from,
                        model.weights(to, channels, 5, 5));
        return model.node(
                "MaxPool",
                Map.of("kernel_shape", new int[] {2, 2}, "strides", new int[] {2, 2}),
                model.node("Relu", Map.of(), convolved));
    }
}
