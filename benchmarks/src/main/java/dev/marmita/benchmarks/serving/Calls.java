package dev.marmita.benchmarks.serving;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;

/** Prepared requests of the Open Inference Protocol. */
final class Calls {

    private Calls() {}

    /** Different inputs as JSON, flat. */
    static byte[][] json(int different, String model, long... shape) {
        return json(different, model, "y", shape);
    }

    /** The same for a model whose output has another name. */
    static byte[][] json(int different, String model, String output, long... shape) {
        byte[][] calls = new byte[different][];
        for (int i = 0; i < different; i++) {
            StringBuilder body = head(shape).append(",\"data\":[");
            float[] values = values(i, shape);
            for (int j = 0; j < values.length; j++) {
                body.append(j == 0 ? "" : ",")
                        .append(String.format(Locale.ROOT, "%.6f", values[j]));
            }
            // DJL Serving does not do without outputs.
            body.append("]}],\"outputs\":[{\"name\":\"").append(output).append("\"}]}");
            calls[i] =
                    request(
                            model,
                            "Content-Type: application/json\r\n",
                            body.toString().getBytes(StandardCharsets.UTF_8));
        }
        return calls;
    }

    /** Different inputs as raw bytes, outputs too. */
    static byte[][] binary(int different, String model, long... shape) {
        byte[][] calls = new byte[different][];
        for (int i = 0; i < different; i++) {
            float[] values = values(i, shape);
            byte[] json =
                    head(shape)
                            .append(",\"parameters\":{\"binary_data_size\":")
                            .append(values.length * 4)
                            .append("}}],\"parameters\":{\"binary_data_output\":true}}")
                            .toString()
                            .getBytes(StandardCharsets.UTF_8);
            ByteBuffer body =
                    ByteBuffer.allocate(json.length + values.length * 4)
                            .order(ByteOrder.LITTLE_ENDIAN);
            body.put(json).asFloatBuffer().put(values);
            calls[i] =
                    request(
                            model,
                            "Content-Type: application/octet-stream\r\n"
                                    + "Inference-Header-Content-Length: "
                                    + json.length
                                    + "\r\n",
                            body.array());
        }
        return calls;
    }

    private static StringBuilder head(long... shape) {
        StringBuilder text = new StringBuilder("{\"inputs\":[{\"name\":\"x\",\"shape\":[");
        for (int i = 0; i < shape.length; i++) {
            text.append(i == 0 ? "" : ",").append(shape[i]);
        }
        return text.append("],\"datatype\":\"FP32\"");
    }

    private static float[] values(int seed, long... shape) {
        int size = 1;
        for (long dimension : shape) {
            size = Math.toIntExact(size * dimension);
        }
        Random random = new Random(seed);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    static byte[] request(String model, String headers, byte[] body) {
        return post("/v2/models/" + model + "/infer", headers, body);
    }

    static byte[] post(String path, String headers, byte[] body) {
        byte[] head =
                ("POST "
                                + path
                                + " HTTP/1.1\r\nHost: localhost\r\n"
                                + headers
                                + "Content-Length: "
                                + body.length
                                + "\r\n\r\n")
                        .getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(head.length + body.length).put(head).put(body).array();
    }
}
