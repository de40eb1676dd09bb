package dev.marmita.runner.inference;

import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.service.BadInputException;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a REST call: one JSON object, and after it the raw bytes of its binary inputs. Used once. */
final class RestReading {

    private final JsonCursor cursor;
    private final JsonTensors tensors;
    private final ByteBuf binary;
    private final InferCall call;

    /** An output that the caller asks for, before the call's own default is known. */
    private record Asked(String name, @Nullable Boolean binary) {}

    private final List<Asked> asked = new ArrayList<>();

    private RestReading(
            OnnxModel model, JsonCursor cursor, ByteBuf binary, ByteBufAllocator allocator) {
        this.call = new InferCall(model);
        this.cursor = cursor;
        this.tensors = new JsonTensors(cursor, allocator);
        this.binary = binary;
    }

    /**
     * Reads a call.
     *
     * @param json the object's bytes
     * @param binary what follows the object; its memory must outlive the call
     * @throws BadInputException saying what is wrong, and where
     */
    static InferCall read(
            OnnxModel model, JsonCursor json, ByteBuf binary, ByteBufAllocator allocator) {
        RestReading reading = new RestReading(model, json, binary, allocator);
        try {
            return reading.read();
        } catch (RuntimeException | Error e) {
            reading.call.close();
            throw e;
        }
    }

    private InferCall read() {
        boolean[] hasInputs = {false};
        cursor.members(
                key -> {
                    switch (key) {
                        case "id" -> call.id(cursor.string());
                        case "parameters" -> parameters();
                        case "inputs" -> {
                            if (hasInputs[0]) {
                                throw new BadInputException("inputs", "'inputs' is given twice");
                            }
                            hasInputs[0] = true;
                            cursor.elements(this::input);
                        }
                        case "outputs" -> cursor.elements(this::output);
                        default -> cursor.skipValue();
                    }
                });
        cursor.expectEnd();
        if (!hasInputs[0]) {
            throw new BadInputException("inputs", "the request has no 'inputs'");
        }
        if (binary.isReadable()) {
            throw new BadInputException(
                    "unexpected additional input data: "
                            + binary.readableBytes()
                            + " bytes after the last binary input");
        }
        for (Asked output : asked) {
            boolean raw = output.binary() == null ? call.binaryByDefault() : output.binary();
            call.output(new InferCall.Wanted(output.name(), raw));
        }
        return call;
    }

    private void parameters() {
        cursor.members(
                key -> {
                    if (key.equals("binary_data_output")) {
                        call.binaryByDefault(cursor.bool());
                    } else if (CallParameters.isNumber(key)) {
                        long value =
                                new JsonNumbers(cursor).nextLong(Long.MIN_VALUE, Long.MAX_VALUE);
                        call.parameters().number(key, value);
                    } else {
                        cursor.skipValue();
                    }
                });
    }

    private void output() {
        String[] name = {null};
        Boolean[] raw = {null};
        cursor.members(
                key -> {
                    switch (key) {
                        case "name" -> name[0] = cursor.string();
                        case "parameters" ->
                                cursor.members(
                                        parameter -> {
                                            switch (parameter) {
                                                case "binary_data" -> raw[0] = cursor.bool();
                                                default -> {
                                                    CallParameters.requireServed(parameter);
                                                    cursor.skipValue();
                                                }
                                            }
                                        });
                        default -> cursor.skipValue();
                    }
                });
        if (name[0] == null) {
            throw new BadInputException("outputs", "an output has no 'name'");
        }
        asked.add(new Asked(name[0], raw[0]));
    }

    private void input() {
        Input input = new Input();
        cursor.members(input::member);
        input.finish();
    }

    /** One element of {@code inputs}, whose members may come in any order. */
    private final class Input {

        private @Nullable String name;
        private @Nullable ElementKind kind;
        private long @Nullable [] shape;
        private long binarySize = -1;
        private int dataAt = -1;
        private boolean done;

        void member(String key) {
            switch (key) {
                case "name" -> name = cursor.string();
                case "datatype" -> kind = TensorShapes.kind(named(), cursor.string());
                case "shape" -> shape = shape();
                case "parameters" ->
                        cursor.members(
                                parameter -> {
                                    if (parameter.equals("binary_data_size")) {
                                        binarySize =
                                                new JsonNumbers(cursor)
                                                        .nextLong(0, Integer.MAX_VALUE);
                                    } else {
                                        CallParameters.requireServed(parameter);
                                        cursor.skipValue();
                                    }
                                });
                case "data" -> data();
                default -> cursor.skipValue();
            }
        }

        private String named() {
            return name == null ? "?" : name;
        }

        private long[] shape() {
            List<Long> dimensions = new ArrayList<>();
            JsonNumbers numbers = new JsonNumbers(cursor);
            cursor.elements(
                    () -> {
                        if (dimensions.size() >= TensorShapes.MAX_RANK) {
                            throw cursor.malformed("a shape has too many dimensions");
                        }
                        dimensions.add(numbers.nextLong(Long.MIN_VALUE, Long.MAX_VALUE));
                    });
            return dimensions.stream().mapToLong(Long::longValue).toArray();
        }

        private void data() {
            if (name != null && kind != null && shape != null) {
                if (done) {
                    throw new BadInputException(name, "input '" + name + "' has 'data' twice");
                }
                call.input(name, tensors.read(call, name, kind, shape));
                done = true;
            } else {
                cursor.peek();
                dataAt = cursor.position();
                cursor.skipValue();
            }
        }

        void finish() {
            if (name == null) {
                throw new BadInputException("inputs", "an input has no 'name'");
            }
            if (kind == null) {
                throw new BadInputException(name, "input '" + name + "' has no 'datatype'");
            }
            if (shape == null) {
                throw new BadInputException(name, "input '" + name + "' has no 'shape'");
            }
            boolean hasData = done || dataAt >= 0;
            if (hasData == binarySize >= 0) {
                throw new BadInputException(
                        name,
                        "input '"
                                + name
                                + "' must have either 'data' or the parameter 'binary_data_size'");
            }
            if (binarySize >= 0) {
                if (binarySize > binary.readableBytes()) {
                    throw new BadInputException(
                            name,
                            "input '"
                                    + name
                                    + "' announces "
                                    + binarySize
                                    + " bytes, of which "
                                    + binary.readableBytes()
                                    + " are there");
                }
                ByteBuf raw = binary.readSlice((int) binarySize);
                call.input(name, RawTensors.read(name, kind, shape, raw));
            } else if (!done) {
                int end = cursor.position();
                cursor.position(dataAt);
                Tensor tensor = tensors.read(call, name, kind, shape);
                cursor.position(end);
                call.input(name, tensor);
            }
        }
    }
}
