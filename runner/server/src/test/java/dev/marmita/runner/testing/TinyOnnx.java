package dev.marmita.runner.testing;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Writes ONNX files of one or two nodes (field numbers: onnx.proto). */
public final class TinyOnnx {

    /** {@code TensorProto.DataType}. */
    public enum Type {
        FP32(1),
        UINT8(2),
        INT8(3),
        UINT16(4),
        INT16(5),
        INT32(6),
        INT64(7),
        BYTES(8),
        BOOL(9),
        FP16(10),
        FP64(11),
        UINT32(12),
        UINT64(13),
        BF16(16);

        private final int number;

        Type(int number) {
            this.number = number;
        }
    }

    private TinyOnnx() {}

    private interface Content {
        void write(CodedOutputStream to) throws IOException;
    }

    /** {@code y = x}; a negative dimension is variable. */
    public static Path identity(Path file, Type type, long... shape) {
        return model(
                file,
                List.of(node("Identity", List.of("x"), List.of("y"))),
                List.of(value("x", type, shape)),
                List.of(value("y", type, shape)));
    }

    /** {@code sum = a + b}, {@code difference = a - b}. */
    public static Path arithmetic(Path file) {
        return model(
                file,
                List.of(
                        node("Add", List.of("a", "b"), List.of("sum")),
                        node("Sub", List.of("a", "b"), List.of("difference"))),
                List.of(value("a", Type.FP32, -1), value("b", Type.FP32, -1)),
                List.of(value("sum", Type.FP32, -1), value("difference", Type.FP32, -1)));
    }

    /** {@code y = x · x}, which fails inside the model unless {@code x} is square. */
    public static Path square(Path file) {
        return model(
                file,
                List.of(node("MatMul", List.of("x", "x"), List.of("y"))),
                List.of(value("x", Type.FP32, -1, -1)),
                List.of(value("y", Type.FP32, -1, -1)));
    }

    /** {@code y = table[x]} of a table of five rows: fails inside the model for an index beyond it. */
    public static Path lookup(Path file) {
        byte[] table =
                message(
                        to -> {
                            to.writeInt64(1, 5);
                            to.writeInt64(1, 2);
                            to.writeInt32(2, Type.FP32.number);
                            for (int i = 0; i < 10; i++) {
                                to.writeFloat(4, i);
                            }
                            to.writeString(8, "table");
                        });
        return model(
                file,
                List.of(node("Gather", List.of("table", "x"), List.of("y"))),
                List.of(table),
                List.of(value("x", Type.INT64, -1, 3)),
                List.of(value("y", Type.FP32, -1, 3, 2)));
    }

    /** Of sequences: {@code twice = 2x}, {@code sum} along the sequence, {@code every} second element. */
    public static Path sequence(Path file) {
        return model(
                file,
                List.of(
                        node("Add", List.of("x", "x"), List.of("twice")),
                        node("ReduceSum", List.of("x", "one"), List.of("sum")),
                        node("Slice", List.of("x", "zero", "end", "one", "two"), List.of("every"))),
                List.of(
                        number("zero", 0),
                        number("one", 1),
                        number("two", 2),
                        number("end", Integer.MAX_VALUE)),
                List.of(value("x", Type.FP32, -1, -1)),
                List.of(
                        value("twice", Type.FP32, -1, -1),
                        value("sum", Type.FP32, -1, 1),
                        value("every", Type.FP32, -1, -1)));
    }

    /** Of sequences, whose elements all have their part in every answer. */
    public static Path softmax(Path file) {
        return model(
                file,
                List.of(node("Softmax", List.of("x"), List.of("y"))),
                List.of(value("x", Type.FP32, -1, -1)),
                List.of(value("y", Type.FP32, -1, -1)));
    }

    private static byte[] number(String name, long value) {
        return message(
                to -> {
                    to.writeInt64(1, 1);
                    to.writeInt32(2, Type.INT64.number);
                    to.writeInt64(7, value);
                    to.writeString(8, name);
                });
    }

    /** {@code y = x · x · x …}: takes as long as {@code x} is large and {@code times} says. */
    public static Path slow(Path file, int times) {
        byte[][] nodes = new byte[times][];
        for (int i = 0; i < times; i++) {
            String from = i == 0 ? "x" : "t" + i;
            String to = i == times - 1 ? "y" : "t" + (i + 1);
            nodes[i] = node("MatMul", List.of(from, "x"), List.of(to));
        }
        return model(
                file,
                Arrays.asList(nodes),
                List.of(value("x", Type.FP32, -1, -1)),
                List.of(value("y", Type.FP32, -1, -1)));
    }

    private static Path model(
            Path file, List<byte[]> nodes, List<byte[]> inputs, List<byte[]> outputs) {
        return model(file, nodes, List.of(), inputs, outputs);
    }

    private static Path model(
            Path file,
            List<byte[]> nodes,
            List<byte[]> initializers,
            List<byte[]> inputs,
            List<byte[]> outputs) {
        byte[] graph =
                message(
                        to -> {
                            for (byte[] node : nodes) {
                                to.writeByteArray(1, node);
                            }
                            to.writeString(2, "tiny");
                            for (byte[] initializer : initializers) {
                                to.writeByteArray(5, initializer);
                            }
                            for (byte[] input : inputs) {
                                to.writeByteArray(11, input);
                            }
                            for (byte[] output : outputs) {
                                to.writeByteArray(12, output);
                            }
                        });
        byte[] model =
                message(
                        to -> {
                            to.writeInt64(1, 8);
                            to.writeByteArray(7, graph);
                            to.writeByteArray(8, message(opset -> opset.writeInt64(2, 17)));
                            to.writeByteArray(
                                    14,
                                    message(
                                            entry -> {
                                                entry.writeString(1, "made-by");
                                                entry.writeString(2, "a test");
                                            }));
                        });
        try {
            return Files.write(file, model);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] node(String operator, List<String> inputs, List<String> outputs) {
        return message(
                to -> {
                    for (String input : inputs) {
                        to.writeString(1, input);
                    }
                    for (String output : outputs) {
                        to.writeString(2, output);
                    }
                    to.writeString(4, operator);
                });
    }

    private static byte[] value(String name, Type type, long... shape) {
        byte[] dimensions =
                message(
                        to -> {
                            for (long dimension : shape) {
                                to.writeByteArray(
                                        1,
                                        message(
                                                one -> {
                                                    if (dimension >= 0) {
                                                        one.writeInt64(1, dimension);
                                                    }
                                                }));
                            }
                        });
        byte[] tensor =
                message(
                        to -> {
                            to.writeInt32(1, type.number);
                            to.writeByteArray(2, dimensions);
                        });
        return message(
                to -> {
                    to.writeString(1, name);
                    to.writeByteArray(2, message(one -> one.writeByteArray(1, tensor)));
                });
    }

    private static byte[] message(Content content) {
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream to = CodedOutputStream.newInstance(bytes);
            content.write(to);
            to.flush();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
