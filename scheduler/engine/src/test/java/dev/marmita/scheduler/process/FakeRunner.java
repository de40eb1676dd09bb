package dev.marmita.scheduler.process;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Speaks the runner's side of the contract, in a process of its own, without any library. The deployment's
 * environment tells it how to behave: {@code BEHAVIOUR=ok|exit|bundle|model|hang|late}.
 */
public final class FakeRunner {

    private static volatile boolean draining;
    private static volatile boolean ready;
    private static volatile boolean mute;
    private static volatile int tasks;
    private static final AtomicInteger IN_FLIGHT = new AtomicInteger();
    private static final List<byte[]> EATEN = new ArrayList<>();

    private FakeRunner() {}

    public static void main(String[] args) throws Exception {
        if (args[0].equals("--train")) {
            return;
        }
        if (args.length == 3) {
            standBy(Path.of(args[1]));
        }
        String launch = Files.readString(Path.of(args[args.length - 1]));
        String behaviour = text(launch, "BEHAVIOUR", "ok");
        System.out.println("fake runner begins as " + behaviour);
        switch (behaviour) {
            case "exit" -> {
                System.err.println("cannot go on");
                System.exit(1);
            }
            case "bundle" -> fail(launch, "BundleInvalid", "no such class", 2);
            case "model" -> fail(launch, "ModelInvalid", "not an ONNX file", 3);
            default -> serve(launch, behaviour);
        }
    }

    private static void standBy(Path warm) throws IOException {
        Files.writeString(warm, "");
        int first = System.in.read();
        if (first < 0) {
            System.exit(0);
        }
    }

    private static void fail(String launch, String reason, String message, int code)
            throws IOException {
        Files.writeString(
                Path.of(text(launch, "failureFile", "")),
                "{\"reason\":\"" + reason + "\",\"message\":\"" + message + "\"}");
        System.exit(code);
    }

    private static void serve(String launch, String behaviour) throws Exception {
        String replica = text(launch, "replica", "");
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 100);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> handle(exchange, replica));
        server.start();
        if (launch.contains("\"exitAfterWarmup\":true")) {
            System.exit(0);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> drain(launch)));
        Path portFile = Path.of(text(launch, "portFile", ""));
        Path temp = portFile.resolveSibling("port.tmp");
        Files.writeString(temp, Integer.toString(server.getAddress().getPort()));
        Files.move(temp, portFile, StandardCopyOption.ATOMIC_MOVE);
        if (behaviour.equals("late")) {
            Thread.sleep(300);
        }
        ready = !behaviour.equals("hang");
        System.out.println("listening");
        Thread.sleep(Long.MAX_VALUE);
    }

    private static void drain(String launch) {
        draining = true;
        long end = System.nanoTime() + number(launch, "drainMillis") * 1_000_000;
        while (IN_FLIGHT.get() > 0 && System.nanoTime() < end) {
            try {
                Thread.sleep(5);
            } catch (InterruptedException e) {
                break;
            }
        }
        Runtime.getRuntime().halt(0);
    }

    private static void handle(HttpExchange exchange, String replica) throws IOException {
        String path = exchange.getRequestURI().getPath();
        while (mute) {
            pause(1000);
        }
        exchange.getResponseHeaders().set("Marmita-Replica", replica);
        switch (path) {
            case "/livez" -> answer(exchange, 200, "\n");
            case "/readyz" -> {
                exchange.getResponseHeaders().set("Marmita-Tasks", Integer.toString(tasks));
                answer(exchange, ready && !draining ? 200 : 503, "\n");
            }
            default -> work(exchange, path, replica);
        }
    }

    private static void work(HttpExchange exchange, String path, String replica)
            throws IOException {
        IN_FLIGHT.incrementAndGet();
        try {
            if (draining) {
                exchange.getResponseHeaders().set("Marmita-Unprocessed", "true");
                answer(exchange, 503, "draining");
                return;
            }
            if (!ready && path.equals("/work")) {
                // Sent too early: a client would see this.
                answer(exchange, 503, "not ready");
                return;
            }
            switch (path) {
                case "/exit" -> Runtime.getRuntime().halt(7);
                case "/mute" -> mute = true;
                case "/unready" -> ready = false;
                case "/ready" -> ready = true;
                case "/tasks" -> tasks = 3;
                case "/eat" -> eat();
                case "/native" -> eatNative();
                case "/chat" -> chat();
                case "/read", "/write", "/kill", "/processes" -> {
                    answer(exchange, 200, tried(path, exchange.getRequestURI().getQuery()));
                    return;
                }
                case "/slow" -> pause(1500);
                case "/work" -> pause(20);
                default -> {}
            }
            answer(
                    exchange,
                    200,
                    replica
                            + " "
                            + System.getenv("ORT_DISABLE_TELEMETRY")
                            + " "
                            + System.getenv("MALLOC_ARENA_MAX")
                            + " "
                            + System.getenv("MALLOC_MMAP_THRESHOLD_")
                            + " "
                            + System.getenv("SECRET"));
        } finally {
            IN_FLIGHT.decrementAndGet();
        }
    }

    /** What a hostile service tries. */
    private static String tried(String what, String target) {
        try {
            return switch (what) {
                case "/read" -> "done: " + Files.readString(Path.of(target));
                case "/write" -> "done: " + Files.writeString(Path.of(target), "overwritten");
                case "/kill" ->
                        ProcessHandle.of(Long.parseLong(target))
                                .filter(ProcessHandle::destroyForcibly)
                                .map(killed -> "done: " + killed)
                                .orElse("denied: nobody to kill");
                default -> "done: " + ProcessHandle.allProcesses().count();
            };
        } catch (IOException | RuntimeException e) {
            return "denied: " + e;
        }
    }

    private static void eat() {
        while (true) {
            EATEN.add(new byte[8 << 20]);
        }
    }

    /** Outside of the heap, like a model. */
    private static void eatNative() {
        while (true) {
            Arena.global().allocate(8 << 20).fill((byte) 1);
        }
    }

    private static void chat() {
        for (int i = 0; i < 20_000; i++) {
            System.out.println("line " + i + " of a talkative service");
        }
        System.out.println("the end of the chat");
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static String text(String json, String key, String otherwise) {
        Matcher matcher = Pattern.compile("\"" + key + "\":\"([^\"]*)\"").matcher(json);
        return matcher.find() ? matcher.group(1) : otherwise;
    }

    private static long number(String json, String key) {
        Matcher matcher = Pattern.compile("\"" + key + "\":([0-9]+)").matcher(json);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }
}
