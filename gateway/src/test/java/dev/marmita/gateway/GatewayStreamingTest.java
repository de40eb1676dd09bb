package dev.marmita.gateway;

import static dev.marmita.gateway.GatewayFixture.RECEIPTS;
import static dev.marmita.gateway.GatewayFixture.TOKEN;
import static dev.marmita.gateway.GatewayFixture.limits;
import static dev.marmita.gateway.GatewayFixture.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bodies that are passed on as they come. */
final class GatewayStreamingTest {

    private static final long HUGE = 200L << 20;
    private static final Buffer PIECE = Buffer.buffer(new byte[64 << 10]);

    private final GatewayFixture fixture = GatewayFixture.start();
    private final List<FakeReplica> replicas = new ArrayList<>();

    @AfterEach
    void stop() {
        fixture.close();
        replicas.forEach(FakeReplica::close);
    }

    private FakeReplica serving(java.util.function.Consumer<HttpServerRequest> handler) {
        FakeReplica replica = new FakeReplica(handler);
        replicas.add(replica);
        fixture.route(
                        RECEIPTS,
                        limits(256, 64 << 20, 512 << 20, 30_000, 10_000),
                        replica("r1", replica.port(), 8))
                .publish();
        return replica;
    }

    /** Memory of bodies that the gateway, the replica and the client hold together. */
    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    @Test
    void takesAHugeBodyWithoutKeepingIt() throws Exception {
        AtomicLong received = new AtomicLong();
        AtomicLong mostUsed = new AtomicLong();
        serving(
                request -> {
                    request.handler(
                            piece -> {
                                long all = received.addAndGet(piece.length());
                                if (all % (16 << 20) < piece.length()) {
                                    mostUsed.accumulateAndGet(usedHeap(), Math::max);
                                }
                            });
                    request.endHandler(
                            end -> request.response().end(String.valueOf(received.get())));
                });
        long before = usedHeap();
        HttpResponse<String> answer =
                fixture.send(
                        fixture.request("/e/acme/receipts/x")
                                .POST(
                                        HttpRequest.BodyPublishers.fromPublisher(
                                                HttpRequest.BodyPublishers.ofInputStream(
                                                        () -> new Zeros(HUGE)),
                                                HUGE)));
        assertThat(answer.body()).isEqualTo(String.valueOf(HUGE));
        assertThat(mostUsed.get() - before).isLessThan(64L << 20);
        assertThat(fixture.meters.get("marmita.gateway.buffered.bytes").gauge().value()).isZero();
    }

    @Test
    void passesAHugeAnswerNoFasterThanItIsRead() throws Exception {
        AtomicLong poured = new AtomicLong();
        serving(
                request -> {
                    request.response().setChunked(true);
                    pourCounting(request, HUGE, poured);
                });
        HttpResponse<InputStream> answer =
                fixture.client.send(
                        fixture.request("/e/acme/receipts/x").build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        long before = usedHeap();
        // The client reads nothing: what is poured must come to a halt.
        AtomicLong last = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(300))
                .until(() -> last.getAndSet(poured.get()) == poured.get());
        assertThat(poured.get()).isLessThan(64L << 20);
        assertThat(usedHeap() - before).isLessThan(64L << 20);
        long read = 0;
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = answer.body()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                read += n;
            }
        }
        assertThat(read).isEqualTo(HUGE);
    }

    private static void pourCounting(HttpServerRequest request, long left, AtomicLong poured) {
        long rest = left;
        while (rest > 0 && !request.response().writeQueueFull()) {
            request.response().write(PIECE);
            rest -= PIECE.length();
            poured.addAndGet(PIECE.length());
        }
        long remaining = rest;
        if (remaining <= 0) {
            request.response().end();
        } else {
            request.response().drainHandler(d -> pourCounting(request, remaining, poured));
        }
    }

    @Test
    void doesNotReadAHugeBodyFasterThanTheReplica() throws Exception {
        AtomicReference<HttpServerRequest> paused = new AtomicReference<>();
        serving(
                request -> {
                    request.pause();
                    paused.set(request);
                });
        Zeros zeros = new Zeros(HUGE);
        CompletableFuture<HttpResponse<String>> answer =
                fixture.sendAsync(
                        fixture.request("/e/acme/receipts/x")
                                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> zeros)));
        await().until(() -> paused.get() != null);
        AtomicLong last = new AtomicLong(-1);
        await().pollInterval(Duration.ofMillis(300))
                .until(() -> last.getAndSet(zeros.given()) == zeros.given());
        assertThat(zeros.given()).isLessThan(64L << 20);
        replicas.getFirst()
                .vertx()
                .runOnContext(
                        here -> {
                            HttpServerRequest request = paused.get();
                            request.handler(piece -> {});
                            request.endHandler(end -> request.response().end("all"));
                            request.resume();
                        });
        assertThat(answer.join().body()).isEqualTo("all");
    }

    @Test
    void passesEventsAsTheyCome() throws Exception {
        AtomicReference<HttpServerRequest> stream = new AtomicReference<>();
        FakeReplica replica =
                serving(
                        request -> {
                            request.response()
                                    .setChunked(true)
                                    .putHeader("Content-Type", "text/event-stream")
                                    .writeHead();
                            stream.set(request);
                        });
        try (RawClient client = new RawClient(fixture.gateway.port())) {
            client.send(
                    "GET /e/acme/receipts/events HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
                            + TOKEN
                            + "\r\n\r\n");
            assertThat(client.readUntil("\r\n\r\n")).contains("text/event-stream");
            for (int i = 0; i < 3; i++) {
                String event = "data: " + i + "\n\n";
                replica.vertx().runOnContext(here -> stream.get().response().write(event));
                assertThat(client.readUntil("\n\n")).contains("data: " + i);
            }
            replica.vertx().runOnContext(here -> stream.get().response().end());
            client.readUntil("0\r\n\r\n");
        }
    }

    @Test
    void anAnswerWithoutABodyHasNone() throws Exception {
        serving(
                request -> {
                    switch (request.path()) {
                        case "/204" -> request.response().setStatusCode(204).end();
                        case "/304" ->
                                request.response()
                                        .setStatusCode(304)
                                        .putHeader("ETag", "\"x\"")
                                        .end();
                        default -> request.response().putHeader("Content-Length", "1234").end();
                    }
                });
        assertThat(fixture.get("/e/acme/receipts/204").statusCode()).isEqualTo(204);
        assertThat(fixture.get("/e/acme/receipts/304").headers().firstValue("etag"))
                .contains("\"x\"");
        HttpResponse<String> head =
                fixture.send(
                        fixture.request("/e/acme/receipts/head")
                                .method("HEAD", HttpRequest.BodyPublishers.noBody()));
        assertThat(head.headers().firstValue("content-length")).contains("1234");
        assertThat(head.body()).isEmpty();
        assertThat(fixture.get("/e/acme/receipts/204").statusCode()).isEqualTo(204);
    }

    @Test
    void anAnswerBeforeTheEndOfTheRequestGoesThrough() throws Exception {
        serving(
                request -> {
                    if (request.path().equals("/ok")) {
                        request.response().end("ok");
                    } else {
                        request.response().setStatusCode(422).end("seen enough");
                    }
                });
        HttpResponse<String> answer = fixture.post("/e/acme/receipts/x", new byte[30 << 20]);
        assertThat(answer.statusCode()).isEqualTo(422);
        assertThat(answer.body()).isEqualTo("seen enough");
        assertThat(fixture.get("/e/acme/receipts/ok").body()).isEqualTo("ok");
    }

    @Test
    void aBodyOfUnknownLengthIsBoundedToo() throws Exception {
        FakeReplica replica =
                serving(request -> request.body().onSuccess(b -> request.response().end()));
        fixture.route(
                        RECEIPTS,
                        limits(8, 1 << 20, 1_000_000, 10_000, 10_000),
                        replica("r1", replica.port(), 8))
                .publish();
        HttpResponse<String> known = fixture.post("/e/acme/receipts/x", new byte[1_000_001]);
        assertThat(known.statusCode()).isEqualTo(413);
        assertThat(known.body()).contains("limit maxBody is 1000000 bytes");
        HttpResponse<String> unknown =
                fixture.send(
                        fixture.request("/e/acme/receipts/x")
                                .POST(
                                        HttpRequest.BodyPublishers.ofInputStream(
                                                () -> new Zeros(1_000_001))));
        assertThat(unknown.statusCode()).isEqualTo(413);
        assertThat(replica.asked).isEmpty();
        assertThat(fixture.post("/e/acme/receipts/x", new byte[1_000_000]).statusCode())
                .isEqualTo(200);
    }

    @Test
    void linesAreBoundedOneByOneAndGoOnAsTheyCome() throws Exception {
        FakeReplica replica =
                serving(
                        request -> {
                            request.response().setChunked(true);
                            request.handler(request.response()::write);
                            request.endHandler(end -> request.response().end());
                        });
        fixture.route(
                        RECEIPTS,
                        limits(8, 1 << 20, 1_000, 10_000, 10_000),
                        replica("r1", replica.port(), 8))
                .publish();
        String lines = ("x".repeat(1_000) + "\n").repeat(50);
        HttpResponse<String> known =
                fixture.send(
                        fixture.request("/e/acme/receipts/x")
                                .header("Content-Type", "application/x-ndjson; charset=utf-8")
                                .POST(HttpRequest.BodyPublishers.ofString(lines)));
        assertThat(known.body()).isEqualTo(lines);

        try (RawClient client = new RawClient(fixture.gateway.port())) {
            client.send(
                    "POST /e/acme/receipts/x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                            + TOKEN
                            + "\r\nContent-Type: application/x-ndjson\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n4\r\none\n\r\n");
            assertThat(client.readUntil("one\n\r\n")).startsWith("HTTP/1.1 200");
            client.send("3e9\r\n" + "x".repeat(1_001) + "\r\n");
            assertThat(client.readAll()).isEmpty();
        }
    }

    @Test
    void aHugeBodyThatNobodyMayReadIsRefusedAtOnce() throws Exception {
        serving(request -> request.response().end());
        HttpResponse<String> answer =
                fixture.send(
                        HttpRequest.newBuilder(fixture.uri("/e/acme/receipts/x"))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[4 << 20])));
        assertThat(answer.statusCode()).isEqualTo(401);
    }

    /** Zeros, as many as asked for. */
    private static final class Zeros extends InputStream {
        private final long size;
        private volatile long given;

        Zeros(long size) {
            this.size = size;
        }

        long given() {
            return given;
        }

        @Override
        public int read() {
            return given < size ? count(1) & 0 : -1;
        }

        @Override
        public int read(byte[] bytes, int from, int length) {
            return given < size ? count((int) Math.min(length, size - given)) : -1;
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // One thread reads.
        private int count(int more) {
            given += more;
            return more;
        }
    }
}
