package dev.marmita.benchmarks.serving;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** All that may leak: good and bad requests of every kind, callers that leave, a model that is reloaded. */
final class SoakLoad {

    private static final int CALLERS = 8;
    private static final int REPEATED = 10;
    private static final int RELOAD_SECONDS = 5;
    private static final int SIDE = 28;
    private static final String BYTES = "Content-Type: application/octet-stream\r\n";

    private final int port;
    private final long end;
    private final byte[][] binary = Calls.binary(8, "m", 1, 1, SIDE, SIDE);
    private final byte[][] json = Calls.json(4, "m", "score", 1, 1, SIDE, SIDE);
    private final byte[] pixels = pixels();
    private final byte[] rpc = GrpcCalls.message("m", pixels, 1, 1, SIDE, SIDE);
    private final byte[] wrongRpc = GrpcCalls.message("m", pixels, 1, 1, SIDE, SIDE - 1);
    private final Map<String, LongAdder> outcomes = new ConcurrentSkipListMap<>();

    /**
     * @param end by {@link System#nanoTime()}
     */
    SoakLoad(int port, long end) {
        this.port = port;
        this.end = end;
    }

    private static byte[] pixels() {
        ByteBuffer bytes =
                ByteBuffer.allocate(SIDE * SIDE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Random random = new Random(1);
        while (bytes.hasRemaining()) {
            bytes.putFloat(random.nextFloat());
        }
        return bytes.array();
    }

    /** Begins; the threads end with the time. */
    List<Thread> start() {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Random random = new Random(i);
            threads.add(Thread.ofPlatform().start(() -> call(random)));
        }
        threads.add(Thread.ofPlatform().start(this::reload));
        return threads;
    }

    /** How often what happened. */
    Map<String, Long> outcomes() {
        Map<String, Long> counts = new LinkedHashMap<>();
        outcomes.forEach((what, count) -> counts.put(what, count.sum()));
        return counts;
    }

    private void count(String what) {
        outcomes.computeIfAbsent(what, absent -> new LongAdder()).increment();
    }

    /** One caller; every kind of request in its turn. */
    private void call(Random random) {
        try (GrpcCalls grpc = new GrpcCalls(port)) {
            while (System.nanoTime() - end < 0) {
                try {
                    one(random, grpc);
                } catch (IOException e) {
                    count("connection broke");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void one(Random random, GrpcCalls grpc) throws IOException, InterruptedException {
        switch (random.nextInt(20)) {
            case 0 -> leave("left before the answer", binary[0], 0);
            case 1 -> leave("left in a body", binary[0].clone(), 100);
            case 2 -> leave("left in a stream", post("/repeated", pixels), 0);
            case 3 -> grpcLeave(grpc);
            case 4 -> send("not JSON", json("{\"inputs\":[{"));
            case 5 -> send("wrong shape", Calls.json(1, "m", 1, 1, SIDE, SIDE - 1)[0]);
            case 6 -> send("unknown model", Calls.json(1, "nobody", 1, 16)[0]);
            case 7 -> send("service fails", post("/fail", pixels));
            case 8 -> send("service, too few bytes", post("/scores", new byte[8]));
            case 9 -> grpc("gRPC, wrong shape", grpc, wrongRpc);
            case 10 -> send("service", post("/scores", pixels));
            case 11 -> send("service without its model", post("/name", new byte[0]));
            case 12, 13, 14 -> send("JSON", json[random.nextInt(json.length)]);
            case 15, 16 -> grpc("gRPC", grpc, rpc);
            default -> send("binary", binary[random.nextInt(binary.length)]);
        }
    }

    private static byte[] json(String body) {
        return Calls.request(
                "m", "Content-Type: application/json\r\n", body.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] post(String path, byte[] body) {
        return Calls.post(path, body.length == 0 ? "" : BYTES, body);
    }

    /** Some times the same, on one connection. */
    private void send(String what, byte[] request) throws IOException {
        try (Load load = new Load(port, 1, new byte[][] {request})) {
            for (int i = 0; i < REPEATED; i++) {
                Load.Result result = load.once();
                count(what + (result.errors() == 0 ? ": answered" : ": refused"));
            }
        }
    }

    private void grpc(String what, GrpcCalls calls, byte[] message)
            throws IOException, InterruptedException {
        for (int i = 0; i < REPEATED; i++) {
            count(what + (calls.infer(message) == 0 ? ": answered" : ": refused"));
        }
    }

    private void grpcLeave(GrpcCalls calls) throws IOException, InterruptedException {
        calls.cancel(rpc);
        count("left gRPC: gone");
    }

    /**
     * A caller that is suddenly no longer there.
     *
     * @param unsent bytes of the request that it keeps
     */
    private void leave(String what, byte[] request, int unsent) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoLinger(true, 0);
            socket.getOutputStream().write(request, 0, request.length - unsent);
            socket.getOutputStream().flush();
            if (request.length > 0 && what.endsWith("stream")) {
                // The head of the answer, and an element or two.
                int unused = socket.getInputStream().read(new byte[256]);
            }
        }
        count(what + ": gone");
    }

    private void reload() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            while (System.nanoTime() - end < -RELOAD_SECONDS * 1_000_000_000L) {
                TimeUnit.SECONDS.sleep(RELOAD_SECONDS);
                for (String what : List.of("unload", "load")) {
                    URI uri =
                            URI.create(
                                    "http://127.0.0.1:" + port + "/v2/repository/models/m/" + what);
                    HttpRequest request =
                            HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString("{}")).build();
                    int status = client.send(request, BodyHandlers.discarding()).statusCode();
                    count(what + ": " + status);
                }
            }
        } catch (IOException | InterruptedException e) {
            count("reload broke");
        }
    }
}
