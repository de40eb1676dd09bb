package dev.marmita.benchmarks.serving;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Writes an ONNX file node by node (field numbers: onnx.proto). Weights are random, always the same. */
final class OnnxFile {

    private static final int FLOAT = 1;
    private static final int INT64 = 7;
    private static final int TYPE_INT = 2;
    private static final int TYPE_INTS = 7;

    private final List<byte[]> nodes = new ArrayList<>();
    private final List<byte[]> initializers = new ArrayList<>();
    private final List<byte[]> inputs = new ArrayList<>();
    private final List<byte[]> outputs = new ArrayList<>();
    private final Random random = new Random(7);
    private int names;

    private interface Content {
        void write(CodedOutputStream to) throws IOException;
    }

    OnnxFile input(String name, long... shape) {
        inputs.add(value(name, FLOAT, shape));
        return this;
    }

    OnnxFile output(String name, long... shape) {
        outputs.add(value(name, FLOAT, shape));
        return this;
    }

    OnnxFile integerOutput(String name, long... shape) {
        outputs.add(value(name, INT64, shape));
        return this;
    }

    /** Random weights, small enough that nothing saturates. */
    String weights(long... shape) {
        long size = 1;
        for (long dimension : shape) {
            size *= dimension;
        }
        double scale =
                Math.sqrt(
                        2.0 / Math.max(1, size / shape[shape.length == 4 ? 0 : shape.length - 1]));
        ByteBuffer raw = ByteBuffer.allocate((int) size * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < size; i++) {
            raw.putFloat((float) (random.nextGaussian() * scale));
        }
        String name = "w" + names++;
        initializers.add(
                message(
                        to -> {
                            for (long dimension : shape) {
                                to.writeInt64(1, dimension);
                            }
                            to.writeInt32(2, FLOAT);
                            to.writeString(8, name);
                            to.writeByteArray(9, raw.array());
                        }));
        return name;
    }

    /** A node whose only output gets a name of its own. */
    String node(String operator, Map<String, Object> attributes, String... from) {
        String to = "t" + names++;
        node(operator, attributes, to, List.of(from));
        return to;
    }

    /** A node with a named output. */
    void node(String operator, Map<String, Object> attributes, String output, List<String> from) {
        nodes.add(
                message(
                        to -> {
                            for (String input : from) {
                                to.writeString(1, input);
                            }
                            to.writeString(2, output);
                            to.writeString(4, operator);
                            for (Map.Entry<String, Object> one : attributes.entrySet()) {
                                to.writeByteArray(5, attribute(one.getKey(), one.getValue()));
                            }
                        }));
    }

    private static byte[] attribute(String name, Object value) {
        return message(
                to -> {
                    to.writeString(1, name);
                    if (value instanceof Integer number) {
                        to.writeInt64(3, number);
                        to.writeInt32(20, TYPE_INT);
                    } else {
                        for (int number : (int[]) value) {
                            to.writeInt64(8, number);
                        }
                        to.writeInt32(20, TYPE_INTS);
                    }
                });
    }

    Path write(Path file) {
        byte[] graph =
                message(
                        to -> {
                            for (byte[] node : nodes) {
                                to.writeByteArray(1, node);
                            }
                            to.writeString(2, "benchmark");
                            for (byte[] one : initializers) {
                                to.writeByteArray(5, one);
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
                        });
        try {
            return Files.write(file, model);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] value(String name, int type, long... shape) {
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
                                                    } else {
                                                        one.writeString(2, "batch");
                                                    }
                                                }));
                            }
                        });
        byte[] tensor =
                message(
                        to -> {
                            to.writeInt32(1, type);
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
