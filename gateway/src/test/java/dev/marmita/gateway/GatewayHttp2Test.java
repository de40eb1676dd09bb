package dev.marmita.gateway;

import static dev.marmita.gateway.GatewayFixture.RECEIPTS;
import static dev.marmita.gateway.GatewayFixture.TOKEN;
import static dev.marmita.gateway.GatewayFixture.limits;
import static dev.marmita.gateway.GatewayFixture.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.HostAndPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 in clear text, and gRPC over it. */
final class GatewayHttp2Test {

    private final Vertx vertx = Vertx.vertx();
    private final GatewayFixture fixture = GatewayFixture.start();
    private final AtomicReference<HttpVersion> upstreamVersion = new AtomicReference<>();
    private final Map<String, String> seen = new ConcurrentHashMap<>();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final FakeReplica upstream = new FakeReplica(this::serve);
    // Vert.x closes a client that nobody holds.
    private final HttpClient knowing = client(false);
    private final HttpClient upgrading = client(true);

    @AfterEach
    void stop() {
        get(vertx.close());
        fixture.close();
        upstream.close();
    }

    private void serve(HttpServerRequest request) {
        upstreamVersion.set(request.version());
        request.headers().forEach((name, value) -> seen.put(name.toLowerCase(), value));
        switch (request.path()) {
            case "/pkg.Service/Unary" ->
                    request.body()
                            .onSuccess(
                                    message -> {
                                        request.response()
                                                .putHeader("content-type", "application/grpc")
                                                .putTrailer("grpc-status", "0")
                                                .putTrailer("x-custom-trailer", "t");
                                        request.response().end(message);
                                    });
            case "/pkg.Service/TrailersOnly" ->
                    request.response()
                            .putHeader("content-type", "application/grpc")
                            .putHeader("grpc-status", "5")
                            .putHeader("grpc-message", "no such model")
                            .end();
            case "/pkg.Service/Bidi",
                    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo" -> {
                request.response().putHeader("content-type", "application/grpc");
                request.handler(request.response()::write);
                request.endHandler(end -> request.response().putTrailer("grpc-status", "0").end());
            }
            case "/pkg.Service/Hang" ->
                    request.response().exceptionHandler(gone -> cancelled.set(true));
            default -> request.body().onSuccess(all -> request.response().end("[" + all + "]"));
        }
    }

    private void route() {
        fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 64)).publish();
    }

    private HttpClient client(boolean upgrade) {
        return vertx.createHttpClient(
                new HttpClientOptions()
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setHttp2ClearTextUpgrade(upgrade),
                new PoolOptions());
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Future<HttpClientRequest> open(HttpMethod method, String uri, boolean upgrade) {
        return (upgrade ? upgrading : knowing)
                .request(
                        new RequestOptions()
                                .setHost("127.0.0.1")
                                .setPort(fixture.gateway.port())
                                .setMethod(method)
                                .setURI(uri)
                                .putHeader("authorization", "Bearer " + TOKEN));
    }

    private record Answer(int status, MultiMap headers, MultiMap trailers, Buffer body) {}

    private static Future<Answer> whole(HttpClientResponse response) {
        return response.body()
                .map(
                        body ->
                                new Answer(
                                        response.statusCode(),
                                        response.headers(),
                                        response.trailers(),
                                        body));
    }

    private Answer grpc(String uri, Map<String, String> headers, Buffer message) {
        return get(
                open(HttpMethod.POST, uri, false)
                        .compose(
                                request -> {
                                    request.putHeader("content-type", "application/grpc");
                                    request.putHeader("te", "trailers");
                                    headers.forEach(
                                            (name, value) -> {
                                                if (name.equals(":authority")) {
                                                    request.authority(
                                                            HostAndPort.parseAuthority(value, -1));
                                                } else if (value.isEmpty()) {
                                                    request.headers().remove(name);
                                                } else {
                                                    request.putHeader(name, value);
                                                }
                                            });
                                    return request.send(message).compose(GatewayHttp2Test::whole);
                                }));
    }

    private static Buffer message(String content) {
        return Buffer.buffer()
                .appendByte((byte) 0)
                .appendInt(content.length())
                .appendString(content);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void servesHttp2ByPriorKnowledgeAndByUpgrade(boolean upgrade) {
        route();
        Answer answer =
                get(
                        open(HttpMethod.POST, "/e/acme/receipts/extract", upgrade)
                                .compose(request -> request.send(Buffer.buffer("page")))
                                .compose(GatewayHttp2Test::whole));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().toString()).isEqualTo("[page]");
        assertThat(answer.headers().get("x-request-id")).isNotNull();
        assertThat(upstreamVersion).hasValue(HttpVersion.HTTP_1_1);
    }

    @Test
    void joinsCookiesForHttp1() {
        route();
        get(
                open(HttpMethod.GET, "/e/acme/receipts/x", false)
                        .compose(
                                request -> {
                                    request.headers().add("cookie", "a=1").add("cookie", "b=2");
                                    return request.send().compose(GatewayHttp2Test::whole);
                                }));
        assertThat(seen).containsEntry("cookie", "a=1; b=2");
    }

    @ParameterizedTest
    @CsvSource({
        "/pkg.Service/Unary,                  ':authority=receipts.acme.example.test:8471'",
        "/pkg.Service/Unary,                  'marmita-tenant=acme,marmita-deployment=receipts'",
        "/e/acme/receipts/pkg.Service/Unary,  ''"
    })
    void passesAUnaryCallWithItsTrailers(String uri, String headers) {
        route();
        Map<String, String> extra = new ConcurrentHashMap<>();
        for (String header : headers.isEmpty() ? new String[0] : headers.split(",")) {
            extra.put(header.split("=")[0], header.split("=")[1]);
        }
        Answer answer = grpc(uri, extra, message("hello"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(message("hello"));
        assertThat(answer.headers().get("content-type")).isEqualTo("application/grpc");
        assertThat(answer.trailers().get("grpc-status")).isEqualTo("0");
        assertThat(answer.trailers().get("x-custom-trailer")).isEqualTo("t");
        assertThat(upstreamVersion).hasValue(HttpVersion.HTTP_2);
        await().until(() -> !fixture.log.isEmpty());
        assertThat(fixture.log.getFirst().status()).isEqualTo(200);
        assertThat(fixture.log.getFirst().reason()).isNull();
        assertThat(seen)
                .containsEntry("te", "trailers")
                .doesNotContainKeys("authorization", "marmita-tenant", "marmita-deployment");
    }

    @Test
    void passesAnErrorThatIsTrailersOnly() {
        route();
        Answer answer = grpc("/e/acme/receipts/pkg.Service/TrailersOnly", Map.of(), message("x"));
        assertThat(answer.headers().get("grpc-status")).isEqualTo("5");
        assertThat(answer.headers().get("grpc-message")).isEqualTo("no such model");
    }

    @Test
    void passesAStreamBothWaysAsItComes() {
        route();
        HttpClientRequest request =
                get(open(HttpMethod.POST, "/e/acme/receipts/pkg.Service/Bidi", false));
        List<String> received = new ArrayList<>();
        AtomicReference<String> status = new AtomicReference<>();
        request.putHeader("content-type", "application/grpc");
        request.response()
                .onSuccess(
                        response -> {
                            response.handler(piece -> received.add(piece.toString()));
                            response.endHandler(
                                    end -> status.set(response.trailers().get("grpc-status")));
                        });
        for (int i = 1; i <= 3; i++) {
            request.write(message("m" + i));
            int count = i;
            await().until(() -> received.size() == count);
            assertThat(received.get(i - 1)).endsWith("m" + i);
        }
        request.end();
        await().untilAsserted(() -> assertThat(status).hasValue("0"));
    }

    @Test
    void aStreamOfReflectionLeavesTheOnlyPlaceToTheCall() {
        fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 1)).publish();
        HttpClientRequest reflection =
                get(
                        open(
                                HttpMethod.POST,
                                "/e/acme/receipts/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                                false));
        AtomicInteger pieces = new AtomicInteger();
        reflection.putHeader("content-type", "application/grpc");
        reflection
                .response()
                .onSuccess(response -> response.handler(piece -> pieces.incrementAndGet()));
        reflection.write(message("list"));
        await().until(() -> pieces.get() == 1);

        Answer answer = grpc("/e/acme/receipts/pkg.Service/Unary", Map.of(), message("x"));

        assertThat(answer.trailers().get("grpc-status")).isEqualTo("0");
        reflection.write(message("again"));
        await().until(() -> pieces.get() == 2);
        reflection.end();
    }

    @Test
    void aStreamThatIsResetCancelsTheCall() {
        route();
        HttpClientRequest request =
                get(open(HttpMethod.POST, "/e/acme/receipts/pkg.Service/Hang", false));
        request.putHeader("content-type", "application/grpc");
        request.end(message("x"));
        await().until(() -> !upstream.asked.isEmpty());
        request.reset(8);
        await().untilTrue(cancelled);
        await().untilAsserted(
                        () ->
                                assertThat(
                                                fixture.meters
                                                        .get("marmita.gateway.inflight")
                                                        .gauge()
                                                        .value())
                                        .isZero());
    }

    @ParameterizedTest
    @CsvSource({
        "acme/receipts,  '',       16",
        "acme/receipts,  unknown,  16",
        "acme/nothing,   good,     5",
        "globex/nothing, good,     5",
        "acme/cold,      good,     14",
        "acme/full,      good,     8",
        "acme/stuck,     good,     4"
    })
    void answersItsOwnErrorsAsGrpcDoes(String endpoint, String token, int code) {
        FakeReplica stuck = new FakeReplica(request -> {});
        try (stuck) {
            fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 64))
                    .route(
                            dev.marmita.routing.EndpointId.of("acme", "cold"),
                            limits(8, 1 << 20, 1 << 20, 10_000, 200))
                    .route(
                            dev.marmita.routing.EndpointId.of("acme", "full"),
                            limits(0, 1 << 20, 1 << 20, 10_000, 200))
                    .route(
                            dev.marmita.routing.EndpointId.of("acme", "stuck"),
                            limits(8, 1 << 20, 1 << 20, 300, 200),
                            replica("s1", stuck.port(), 1))
                    .publish();
            Answer answer =
                    grpc(
                            "/e/" + endpoint + "/pkg.Service/Unary",
                            token.equals("good")
                                    ? Map.of()
                                    : Map.of(
                                            "authorization",
                                            token.isEmpty() ? "" : "Bearer " + token),
                            message("x"));
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers().get("content-type")).isEqualTo("application/grpc");
            assertThat(answer.headers().get("grpc-status")).isEqualTo(String.valueOf(code));
            assertThat(answer.headers().get("grpc-message")).isNotBlank();
            assertThat(answer.body().length()).isZero();
        }
    }

    @Test
    void holdsAGrpcCallUntilAReplicaAppears() {
        fixture.route(RECEIPTS, limits()).publish();
        Future<Answer> answer =
                open(HttpMethod.POST, "/e/acme/receipts/pkg.Service/Unary", false)
                        .compose(
                                request -> {
                                    request.putHeader("content-type", "application/grpc");
                                    return request.send(message("held"))
                                            .compose(GatewayHttp2Test::whole);
                                });
        await().until(() -> !fixture.wakes.isEmpty());
        route();
        assertThat(get(answer).body()).isEqualTo(message("held"));
    }

    @Test
    void boundsEachMessageOfAStreamAndNotTheStream() {
        fixture.route(
                        RECEIPTS,
                        limits(8, 1 << 20, 1_000, 10_000, 10_000),
                        replica("r1", upstream.port(), 64))
                .publish();
        HttpClientRequest stream =
                get(open(HttpMethod.POST, "/e/acme/receipts/pkg.Service/Bidi", false));
        stream.putHeader("content-type", "application/grpc").setChunked(true);
        AtomicInteger echoed = new AtomicInteger();
        Buffer fits =
                Buffer.buffer().appendByte((byte) 0).appendInt(1_000).appendBytes(new byte[1_000]);
        AtomicReference<Future<Void>> end = new AtomicReference<>();
        // Before anything is sent, and on the event loop: the first bytes must not overtake their
        // handler.
        Future<HttpClientResponse> head =
                stream.response()
                        .onSuccess(
                                begun -> {
                                    begun.handler(piece -> echoed.addAndGet(piece.length()));
                                    end.set(begun.end());
                                });
        stream.write(fits);
        HttpClientResponse answer = get(head);
        for (int i = 1; i < 50; i++) {
            get(stream.write(fits));
        }
        await().until(() -> echoed.get() == 50 * 1_005);

        stream.write(
                Buffer.buffer().appendByte((byte) 0).appendInt(1_001).appendBytes(new byte[10]));
        get(end.get());
        assertThat(answer.trailers().get("grpc-status")).isEqualTo("8");
        assertThat(answer.trailers().get("grpc-message")).contains("maxBody is 1000 bytes");
        Answer early =
                grpc(
                        "/e/acme/receipts/pkg.Service/Unary",
                        Map.of(),
                        Buffer.buffer()
                                .appendByte((byte) 0)
                                .appendInt(1_001)
                                .appendBytes(new byte[1_001]));
        assertThat(early.headers().get("grpc-status")).isEqualTo("8");
    }

    @Test
    void metadataNamesAnEndpointForGrpcOnly() {
        route();
        Answer answer =
                get(
                        open(HttpMethod.GET, "/x", false)
                                .compose(
                                        request -> {
                                            request.putHeader("marmita-tenant", "acme");
                                            request.putHeader("marmita-deployment", "receipts");
                                            return request.send().compose(GatewayHttp2Test::whole);
                                        }));
        assertThat(answer.status()).isEqualTo(404);
        assertThat(upstream.asked).isEmpty();
    }

    @Test
    void manyStreamsOfOneConnectionAreServedAtOnce() {
        route();
        List<Future<Answer>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Buffer body = Buffer.buffer(new byte[100_000]);
            answers.add(
                    knowing.request(
                                    new RequestOptions()
                                            .setHost("127.0.0.1")
                                            .setPort(fixture.gateway.port())
                                            .setMethod(HttpMethod.POST)
                                            .setURI("/e/acme/receipts/x")
                                            .putHeader("authorization", "Bearer " + TOKEN))
                            .compose(request -> request.send(body))
                            .compose(GatewayHttp2Test::whole));
        }
        for (Future<Answer> answer : answers) {
            assertThat(get(answer).body().length()).isEqualTo(100_002);
        }
    }
}
