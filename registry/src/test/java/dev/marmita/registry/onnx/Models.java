package dev.marmita.registry.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.function.Consumer;

/** Model files for tests. */
public final class Models {

    private static final int FLOAT = 1;

    private Models() {}

    /** The text detector that the document service uses. */
    public static byte[] detector() {
        return resource("/models/ch_PP-OCRv4_det_infer.onnx");
    }

    /** The text recogniser that the document service uses. */
    public static byte[] recogniser() {
        return resource("/models/ch_PP-OCRv4_rec_infer.onnx");
    }

    /** The text direction classifier that the document service uses. */
    public static byte[] classifier() {
        return resource("/models/ch_ppocr_mobile_v2.0_cls_infer.onnx");
    }

    private static byte[] resource(String name) {
        try (InputStream in = Models.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** y = x + w with a batch dimension; small, valid, and another file for every marker. */
    public static byte[] addition(String marker) {
        return addition(Map.of("marker", marker), Models::weight);
    }

    public static byte[] addition(Map<String, String> metadata, Consumer<Proto> weight) {
        return Proto.message(
                model -> {
                    model.number(1, 8);
                    model.text(2, "marmita-test").text(3, "1.0");
                    model.nested(
                            7,
                            graph ->
                                    graph.nested(
                                                    1,
                                                    node ->
                                                            node.text(1, "x")
                                                                    .text(1, "w")
                                                                    .text(2, "y")
                                                                    .text(4, "Add"))
                                            .text(2, "addition")
                                            .nested(5, weight)
                                            .nested(11, port("x"))
                                            .nested(12, port("y")));
                    model.nested(8, opset -> opset.text(1, "").number(2, 17));
                    metadata.forEach(
                            (key, value) ->
                                    model.nested(14, entry -> entry.text(1, key).text(2, value)));
                });
    }

    public static Proto weight(Proto tensor) {
        return tensor.number(1, 3).number(2, FLOAT).text(8, "w").bytes(9, new byte[12]);
    }

    private static Consumer<Proto> port(String name) {
        return port ->
                port.text(1, name)
                        .nested(
                                2,
                                type ->
                                        type.nested(
                                                1,
                                                tensor ->
                                                        tensor.number(1, FLOAT)
                                                                .nested(
                                                                        2,
                                                                        shape ->
                                                                                shape.nested(
                                                                                                1,
                                                                                                d ->
                                                                                                        d
                                                                                                                .text(
                                                                                                                        2,
                                                                                                                        "batch"))
                                                                                        .nested(
                                                                                                1,
                                                                                                d ->
                                                                                                        d
                                                                                                                .number(
                                                                                                                        1,
                                                                                                                        3)))));
    }
}
