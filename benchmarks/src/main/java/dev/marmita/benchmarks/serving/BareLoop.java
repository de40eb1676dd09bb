package dev.marmita.benchmarks.serving;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * Runs a model again and again with nothing around it. For every line on its input, a number of seconds,
 * it writes runs per second.
 */
public final class BareLoop {

    private BareLoop() {}

    /**
     * @param arguments model, loops beside each other, threads of each, spinning 0 or 1, shape by commas
     */
    public static void main(String[] arguments) throws Exception {
        int loops = Integer.parseInt(arguments[1]);
        long[] shape = Arrays.stream(arguments[4].split(",")).mapToLong(Long::parseLong).toArray();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(Integer.parseInt(arguments[2]));
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", arguments[3]);
            try (OrtSession session = environment.createSession(arguments[0], options)) {
                serve(environment, session, loops, shape);
            }
        }
    }

    private static void serve(
            OrtEnvironment environment, OrtSession session, int loops, long... shape)
            throws IOException, InterruptedException {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            long start = System.nanoTime();
            long end = start + (long) (Double.parseDouble(line) * 1e9);
            LongAdder runs = new LongAdder();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < loops; i++) {
                threads.add(
                        Thread.ofPlatform()
                                .start(() -> loop(environment, session, end, runs, shape)));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            System.out.println(runs.sum() / ((System.nanoTime() - start) / 1e9));
        }
    }

    private static void loop(
            OrtEnvironment environment,
            OrtSession session,
            long end,
            LongAdder runs,
            long... shape) {
        int size = Math.toIntExact(Arrays.stream(shape).reduce(1, (a, b) -> a * b));
        FloatBuffer data =
                ByteBuffer.allocateDirect(size * 4).order(ByteOrder.nativeOrder()).asFloatBuffer();
        for (int i = 0; i < size; i++) {
            data.put(i, (i % 255) / 255f);
        }
        String input = session.getInputNames().iterator().next();
        try {
            while (System.nanoTime() < end) {
                try (OnnxTensor tensor = OnnxTensor.createTensor(environment, data, shape);
                        OrtSession.Result result = session.run(Map.of(input, tensor))) {
                    runs.add(result.size() > 0 ? 1 : 0);
                }
            }
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
