package dev.marmita.runner.inference;

import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.service.BadInputException;
import dev.marmita.service.Signature;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a prediction of version 1: {@code {"instances": […]}}, one element for every row, or {@code
 * {"inputs": …}}, whole tensors. Names, types and the rest come from the model; shapes from how arrays
 * are nested. Used once.
 */
final class PredictReading {

    private final OnnxModel model;
    private final JsonCursor cursor;
    private final JsonTensors tensors;
    private final InferCall call;

    /**
     * A call that was read.
     *
     * @param rows whether rows came, so that rows go out
     */
    record Prediction(InferCall call, boolean rows) {}

    /** Where the rows of one input stand in the JSON. */
    private static final class Rows {
        private int[] positions = new int[16];
        private int count;

        void add(int position) {
            if (count == positions.length) {
                positions = Arrays.copyOf(positions, count * 2);
            }
            positions[count++] = position;
        }
    }

    private PredictReading(OnnxModel model, JsonCursor cursor, ByteBufAllocator allocator) {
        this.model = model;
        this.cursor = cursor;
        this.tensors = new JsonTensors(cursor, allocator, true);
        this.call = new InferCall(model);
    }

    /**
     * Reads a call; the caller closes it.
     *
     * @throws BadInputException saying what is wrong, and where
     */
    static Prediction read(OnnxModel model, JsonCursor json, ByteBufAllocator allocator) {
        PredictReading reading = new PredictReading(model, json, allocator);
        try {
            return reading.read();
        } catch (RuntimeException | Error e) {
            reading.call.close();
            throw e;
        }
    }

    private Prediction read() {
        int[] at = {-1, -1};
        cursor.members(
                key -> {
                    cursor.peek();
                    switch (key) {
                        case "instances" -> at[0] = cursor.position();
                        case "inputs" -> at[1] = cursor.position();
                        default -> {}
                    }
                    cursor.skipValue();
                });
        cursor.expectEnd();
        boolean rows = at[0] >= 0;
        if (rows == at[1] >= 0) {
            throw new BadInputException(
                    "instances", "the request must have either 'instances' or 'inputs'");
        }
        cursor.position(rows ? at[0] : at[1]);
        if (rows) {
            instances();
        } else {
            inputs();
        }
        return new Prediction(call, rows);
    }

    private void instances() {
        int from = cursor.position();
        cursor.expect('[');
        boolean named = named();
        cursor.position(from);
        if (!named) {
            whole(only());
            return;
        }
        Map<String, Rows> rows = new LinkedHashMap<>();
        model.signature().inputs().forEach(port -> rows.put(port.name(), new Rows()));
        int[] instance = {0};
        cursor.elements(
                () -> {
                    cursor.members(key -> cell(rows, key));
                    instance[0]++;
                    rows.forEach((input, cells) -> requireOne(input, cells, instance[0]));
                });
        for (Signature.Port port : model.signature().inputs()) {
            Rows cells = rows.getOrDefault(port.name(), new Rows());
            cursor.position(cells.positions[0]);
            long[] row = shape();
            call.input(
                    port.name(),
                    tensors.rows(
                            call, port.name(), port.kind(), cells.positions, cells.count, row));
        }
    }

    private void cell(Map<String, Rows> rows, String input) {
        Rows cells = rows.get(input);
        if (cells == null) {
            throw unknown(input);
        }
        cursor.peek();
        cells.add(cursor.position());
        cursor.skipValue();
    }

    private static void requireOne(String input, Rows cells, int instances) {
        if (cells.count != instances) {
            throw new BadInputException(
                    input,
                    "instance "
                            + (instances - 1)
                            + " must have the input '"
                            + input
                            + "' exactly once");
        }
    }

    private void inputs() {
        if (!named()) {
            whole(only());
            return;
        }
        cursor.members(
                key -> {
                    Signature.Port port =
                            model.signature().inputs().stream()
                                    .filter(one -> one.name().equals(key))
                                    .findFirst()
                                    .orElseThrow(() -> unknown(key));
                    whole(port);
                });
    }

    /** Whether an object of inputs by name stands here, and no string in base64. */
    private boolean named() {
        if (cursor.peek() != '{') {
            return false;
        }
        int from = cursor.position();
        cursor.expect('{');
        boolean base64 = cursor.peek() == '"' && cursor.string().equals("b64");
        cursor.position(from);
        return !base64
                || model.signature().inputs().stream().anyMatch(one -> one.name().equals("b64"));
    }

    private void whole(Signature.Port port) {
        long[] shape = shape();
        call.input(port.name(), tensors.read(call, port.name(), port.kind(), shape));
    }

    private Signature.Port only() {
        List<Signature.Port> inputs = model.signature().inputs();
        if (inputs.size() != 1) {
            List<String> names = inputs.stream().map(Signature.Port::name).toList();
            throw new BadInputException(
                    "model '" + model.name() + "' has several inputs: name them, " + names);
        }
        return inputs.getFirst();
    }

    private BadInputException unknown(String input) {
        String shown = input.length() > 100 ? input.substring(0, 100) + "…" : input;
        return new BadInputException(
                shown, "model '" + model.name() + "' has no input '" + shown + "'");
    }

    /** The shape of the value at the cursor as its first elements tell it; leaves the cursor there. */
    private long[] shape() {
        cursor.peek();
        int from = cursor.position();
        List<Long> shape = new ArrayList<>();
        while (cursor.peek() == '[') {
            if (shape.size() >= TensorShapes.MAX_RANK) {
                throw cursor.malformed("data is nested too deep");
            }
            int level = cursor.position();
            long[] count = {0};
            cursor.elements(
                    () -> {
                        count[0]++;
                        cursor.skipValue();
                    });
            shape.add(count[0]);
            cursor.position(level);
            cursor.expect('[');
            if (count[0] == 0) {
                break;
            }
        }
        cursor.position(from);
        return shape.stream().mapToLong(Long::longValue).toArray();
    }
}
