package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams of a service over HTTP and WebSockets. One request runs at a time. */
class StreamsTest {

    @TempDir static Path home;
    private static TestRunner runner;

    @BeforeAll
    static void start() throws Exception {
        runner =
                new TestRunner.Setup(home, TestBundle.of(home.resolve("b"), StreamingService.class))
                        .concurrency(1)
                        .maxBody(1 << 20)
                        .timeoutMillis(5_000)
                        .start();
    }

    @AfterAll
    static void stop() {
        runner.client().shutdownNow();
        runner.close();
    }

    private static HttpResponse<String> post(String path, String type, String accept, String body)
            throws Exception {
        return runner.send(
                runner.request(path)
                        .header("Content-Type", type)
                        .header("Accept", accept)
                        .POST(BodyPublishers.ofString(body)));
    }

    @Test
    void sendsEventsUnlessLinesAreWanted() throws Exception {
        HttpResponse<String> events = runner.json("/numbers", "{\"to\":3}");
        HttpResponse<String> lines =
                post("/numbers", "application/json", "application/x-ndjson", "{\"to\":3}");

        assertThat(events.headers().firstValue("Content-Type")).contains("text/event-stream");
        assertThat(events.headers().firstValue("X-Request-Id")).isPresent();
        assertThat(events.headers().firstValue("Marmita-Replica")).isPresent();
        assertThat(events.body())
                .isEqualTo("data: {\"n\":1}\n\ndata: {\"n\":2}\n\ndata: {\"n\":3}\n\n");
        assertThat(lines.headers().firstValue("Content-Type")).contains("application/x-ndjson");
        assertThat(lines.body()).isEqualTo("{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n");
        assertThat(runner.json("/numbers", "{\"to\":0}").body()).isEmpty();
    }

    @Test
    void sendsTextsAndContentsAsPiecesOfOneBody() throws Exception {
        HttpResponse<String> words = runner.json("/words", "{\"to\":2}");
        HttpResponse<String> pieces = runner.json("/pieces", "{\"to\":2}");

        assertThat(words.headers().firstValue("Content-Type"))
                .contains("text/plain; charset=utf-8");
        assertThat(words.body()).isEqualTo("word 1\nword 2\n");
        assertThat(post("/words", "application/json", "text/event-stream", "{\"to\":1}").body())
                .isEqualTo("data: \"word 1\\n\"\n\n");
        assertThat(pieces.headers().firstValue("Content-Type")).contains("audio/x-thing");
        assertThat(pieces.body()).isEqualTo("piece 1;piece 2;");
    }

    @Test
    void anErrorBeforeTheFirstElementIsAnOrdinaryAnswer() throws Exception {
        HttpResponse<String> refused = runner.json("/numbers", "{\"to\":-1}");
        HttpResponse<String> unknown = runner.json("/numbers", "{\"too\":1}");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("\"field\":\"to\"");
        assertThat(unknown.statusCode()).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({"text/event-stream", "application/x-ndjson"})
    void anErrorAfterTheFirstElementComesInTheStreamAndIsLoggedOnce(String accept)
            throws Exception {
        String id = "late-" + accept.length();
        HttpResponse<String> answer =
                runner.send(
                        runner.request("/numbers")
                                .header("Content-Type", "application/json")
                                .header("Accept", accept)
                                .header("X-Request-Id", id)
                                .POST(BodyPublishers.ofString("{\"to\":700}")));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains("{\"n\":665}")
                .contains("{\"error\":\"internal error")
                .contains(id)
                .doesNotContain("secret", "\"n\":667");
        assertThat(runner.log().split("\"requestId\":\"" + id + "\"", -1)).hasSize(2);
    }

    @Test
    void whatCannotTellAnErrorIsCutOff() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", runner.port())) {
            String head =
                    "POST /pieces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 10\r\n\r\n{\"to\":700}";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

            assertThat(answer).contains("piece 665;").doesNotContain("\r\n0\r\n");
        }
    }

    @Test
    void aServiceThatCancelsIsNoErrorOfTheRunner() throws Exception {
        String before = runner.log();
        assertThat(runner.json("/give", "{\"to\":1}").statusCode()).isEqualTo(500);
        assertThat(runner.log().substring(before.length()))
                .doesNotContain("\"error\"", "not today");
    }

    private static int[] made() throws Exception {
        String answer = runner.json("/made", "{}").body();
        String[] numbers = answer.replaceAll("[^0-9,]", "").split(",");
        return new int[] {Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1])};
    }

    @Test
    void makesNoMoreThanIsReadAndNothingForOneWhoLeft() throws Exception {
        int[] before = made();
        try (Socket socket = new Socket("127.0.0.1", runner.port())) {
            socket.setReceiveBufferSize(1 << 12);
            String head =
                    "POST /numbers HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                            + "X-Request-Id: leaver\r\nContent-Length: 16\r\n\r\n{\"to\":600000000}";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            assertThat(socket.getInputStream().readNBytes(100)).isNotEmpty();
        }
        // The only inference thread answers again: nobody holds it.
        await().atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(made()[1]).isGreaterThan(before[1]));
        assertThat(runner.log()).doesNotContain("\"leaver\"");
    }

    @Test
    void aCallerThatDoesNotReadHoldsNobodyUp() throws Exception {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(1 << 12);
            socket.connect(new java.net.InetSocketAddress("127.0.0.1", runner.port()));
            String head =
                    "POST /words HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                            + "Content-Length: 16\r\n\r\n{\"to\":600000000}";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            assertThat(socket.getInputStream().readNBytes(100)).isNotEmpty();

            assertThat(runner.json("/numbers", "{\"to\":1}").body()).contains("\"n\":1");
        }
    }

    @Test
    void takesLinesOfJson() throws Exception {
        String lines = "{\"n\":1}\n\n{\"n\":2}\r\n{\"n\":3}";

        assertThat(post("/sum", "application/x-ndjson", "*/*", lines).body())
                .isEqualTo("{\"n\":6}");
        assertThat(post("/sum", "application/x-ndjson", "*/*", "").body()).isEqualTo("{\"n\":0}");
        assertThat(post("/doubled", "application/x-ndjson", "application/x-ndjson", lines).body())
                .isEqualTo("{\"n\":2}\n{\"n\":4}\n{\"n\":6}\n");
        assertThat(post("/size", "audio/wav", "*/*", "x".repeat(3_000_000)).body())
                .isEqualTo("{\"bytes\":3000000}");
        assertThat(post("/lines", "text/plain", "*/*", "a\nb \n").body())
                .isEqualTo("[\"a\",\"b\"]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/sum| application/x-ndjson| {\"n\":-1}| 400| must not be negative",
                "/sum| application/x-ndjson| {\"m\":1}| 400| \"field\":\"m\"",
                "/sum| application/x-ndjson| {| 400| not valid JSON",
                "/sum| application/json| {\"n\":1}| 415| application/x-ndjson",
                "/doubled| application/x-ndjson| {\"n\":-1}| 400| must not be negative",
            })
    void saysWhatIsWrongWithAnElement(
            String path, String type, String body, int status, String message) throws Exception {
        HttpResponse<String> answer = post(path, type, "*/*", body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(message);
    }

    @Test
    void saysThatABodyIsNotCompressedAsItSays() throws Exception {
        HttpResponse<String> answer =
                runner.send(
                        runner.request("/sum")
                                .header("Content-Type", "application/x-ndjson")
                                .header("Content-Encoding", "gzip")
                                .POST(BodyPublishers.ofString("{\"n\":1}\n".repeat(9))));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("not compressed as its Content-Encoding says");
        await().until(() -> inFlight() == 0);
    }

    @Test
    void boundsAnElement() throws Exception {
        HttpResponse<String> answer =
                post("/sum", "application/x-ndjson", "*/*", "x".repeat((1 << 20) + 1));

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(runner.json("/numbers", "{\"to\":1}").statusCode()).isEqualTo(200);
    }

    @Test
    void answersLinesWhileTheyCome() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", runner.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    ("POST /doubled HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-ndjson\r\n"
                                    + "Transfer-Encoding: chunked\r\n\r\n8\r\n{\"n\":21}\r\n2\r\n\n{\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            BufferedReader in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String line = in.readLine();
            while (!line.startsWith("data:")) {
                line = in.readLine();
            }
            assertThat(line).isEqualTo("data: {\"n\":42}");
            // Meanwhile the only inference thread is free.
            assertThat(runner.json("/numbers", "{\"to\":1}").body()).contains("\"n\":1");
            out.write("6\r\n\"n\":4}\r\n0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
            while (!line.contains("8}")) {
                line = in.readLine();
            }
            assertThat(line).isEqualTo("data: {\"n\":8}");
        }
    }

    /** What a WebSocket has received, in order; its close as {@code "<code> <reason>"}. */
    private static final class Received implements WebSocket.Listener {

        private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                messages.add(text.toString());
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
            messages.add("binary " + StandardCharsets.UTF_8.decode(part));
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            messages.add(code + " " + reason);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            messages.add(error.toString());
        }

        String next() throws InterruptedException {
            return String.valueOf(messages.poll(20, TimeUnit.SECONDS));
        }
    }

    private static WebSocket open(String path, Received received) {
        return runner.client()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + runner.port() + path), received)
                .join();
    }

    @Test
    void talksOverAWebSocket() throws Exception {
        Received received = new Received();
        WebSocket socket = open("/doubled", received);

        socket.sendText("{\"n\":2}", true).join();
        assertThat(received.next()).isEqualTo("{\"n\":4}");
        assertThat(runner.json("/numbers", "{\"to\":1}").body()).contains("\"n\":1");
        socket.sendText("{\"n\"", false).join();
        socket.sendText(":3}", true).join();
        assertThat(received.next()).isEqualTo("{\"n\":6}");
        socket.sendText("", true).join();
        assertThat(received.next()).isEqualTo("1000 ");
    }

    @Test
    void givesOneAnswerToAStreamOverAWebSocket() throws Exception {
        Received received = new Received();
        WebSocket socket = open("/sum", received);
        for (int n = 1; n <= 100; n++) {
            socket.sendText("{\"n\":" + n + "}", true).join();
        }
        socket.sendText("", true).join();

        assertThat(List.of(received.next(), received.next()))
                .containsExactly("{\"n\":5050}", "1000 ");
        Received sizes = new Received();
        WebSocket binary = open("/size", sizes);
        binary.sendBinary(ByteBuffer.wrap(new byte[100_000]), true).join();
        binary.sendText("", true).join();
        assertThat(sizes.next()).isEqualTo("{\"bytes\":100000}");
    }

    @Test
    void givesAStreamOverAWebSocket() throws Exception {
        Received received = new Received();
        WebSocket socket = open("/pieces", received);
        socket.sendText("{\"to\":2}", true).join();

        assertThat(List.of(received.next(), received.next(), received.next()))
                .containsExactly("binary piece 1;", "binary piece 2;", "1000 ");
        Received words = new Received();
        open("/words?to=1", words).sendBinary(ByteBuffer.allocate(0), true).join();
        assertThat(words.next()).isEqualTo("word 1\n");
    }

    @Test
    void closesAWebSocketWithWhatIsWrong() throws Exception {
        Received wrong = new Received();
        open("/doubled", wrong).sendText("{\"n\":-1}", true).join();
        Received broken = new Received();
        open("/numbers", broken).sendText("{\"to\":666}", true).join();

        assertThat(wrong.next()).startsWith("4400 ").contains("must not be negative");
        for (int n = 1; n < 666; n++) {
            assertThat(broken.next()).isEqualTo("{\"n\":" + n + "}");
        }
        assertThat(broken.next()).startsWith("4500 internal error");
    }

    @Test
    void forgetsAWebSocketWhoseCallerLeft() throws Exception {
        WebSocket socket = open("/doubled", new Received());
        await().until(() -> inFlight() == 1);
        socket.abort();
        await().until(() -> inFlight() == 0);
        assertThat(runner.log()).doesNotContain("CancellationException");
    }

    private static int inFlight() throws Exception {
        String metrics = runner.get("/metrics").body();
        return metrics.lines()
                .filter(line -> line.startsWith("marmita_runner_in_flight"))
                .mapToInt(line -> (int) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void boundsTheConversationsThatAreOpen() throws Exception {
        List<WebSocket> open = new java.util.ArrayList<>();
        CompletableFuture<WebSocket> refused = null;
        for (int i = 0; i < 100 && refused == null; i++) {
            CompletableFuture<WebSocket> one =
                    runner.client()
                            .newWebSocketBuilder()
                            .buildAsync(
                                    URI.create("ws://127.0.0.1:" + runner.port() + "/doubled"),
                                    new Received());
            try {
                open.add(one.join());
            } catch (java.util.concurrent.CompletionException e) {
                refused = one;
            }
        }
        assertThat(refused).isNotNull();
        assertThat(open).hasSizeBetween(16, 64);
        assertThat(runner.json("/made", "{}").statusCode()).isEqualTo(200);
        open.forEach(WebSocket::abort);
        await().until(() -> inFlight() == 0);
    }

    @Test
    void aRouteWithoutAStreamIsNoWebSocket() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", runner.port())) {
            socket.getOutputStream()
                    .write(
                            ("GET /made HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
                                            + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                            + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
                                    .getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            assertThat(new String(in.readNBytes(12), StandardCharsets.UTF_8))
                    .isEqualTo("HTTP/1.1 405");
        }
    }

    @Test
    void aStreamMayTakeLongerThanARequest() throws Exception {
        HttpResponse<InputStream> answer =
                runner.client()
                        .send(
                                runner.request("/words")
                                        .header("Content-Type", "application/json")
                                        .header(
                                                "Marmita-Deadline",
                                                Long.toString(System.currentTimeMillis() + 1_500))
                                        .POST(BodyPublishers.ofString("{\"to\":600000}"))
                                        .build(),
                                BodyHandlers.ofInputStream());
        try (InputStream body = answer.body()) {
            long deadline = System.nanoTime() + 2_000_000_000L;
            long read = 0;
            byte[] part = new byte[1 << 14];
            while (System.nanoTime() < deadline) {
                read += body.read(part, 0, 1);
            }
            for (int n = body.read(part); n >= 0; n = body.read(part)) {
                read += n;
            }
            int words = 600_000;
            long digits = 0;
            for (int n = 1; n <= words; n++) {
                digits += Integer.toString(n).length();
            }
            assertThat(read).isEqualTo(digits + words * "word \n".length());
        }
    }
}
