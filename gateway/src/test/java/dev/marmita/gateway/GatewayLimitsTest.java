package dev.marmita.gateway;

import static dev.marmita.gateway.GatewayFixture.RECEIPTS;
import static dev.marmita.gateway.GatewayFixture.limits;
import static dev.marmita.gateway.GatewayFixture.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.routing.EndpointId;
import io.vertx.core.http.HttpServerRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A tenant is held to its plan, over all of its endpoints; its neighbours notice nothing. */
final class GatewayLimitsTest {

    private final Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();
    private volatile boolean holds;
    private final FakeReplica upstream =
            new FakeReplica(
                    request -> {
                        if (holds) {
                            held.add(request);
                        } else {
                            request.response().end("ok");
                        }
                    });
    private final GatewayFixture fixture = GatewayFixture.start();

    GatewayLimitsTest() {
        fixture.token("neighbour", "globex")
                .route(RECEIPTS, limits(), replica("r1", upstream.port(), 64))
                .route(
                        EndpointId.of("acme", "invoices"),
                        limits(),
                        replica("i1", upstream.port(), 64))
                .route(
                        EndpointId.of("globex", "receipts"),
                        limits(),
                        replica("g1", upstream.port(), 64));
    }

    @AfterEach
    void stop() {
        held.forEach(request -> request.response().end());
        fixture.close();
        upstream.close();
    }

    @Test
    void whoIsTooFastIsToldWhichLimitAndWhenToComeBack() throws Exception {
        fixture.limits("acme", 0.01, 3, 0).publish();
        for (String path : List.of("receipts", "invoices", "receipts")) {
            assertThat(fixture.get("/e/acme/" + path + "/x").statusCode()).isEqualTo(200);
        }
        HttpResponse<String> refused = fixture.get("/e/acme/invoices/x");
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.body()).contains("requestsPerSecond is 0.01");
        int wait = Integer.parseInt(refused.headers().firstValue("retry-after").orElseThrow());
        assertThat(wait).isBetween(60, 100);
        assertThat(refused.headers().firstValue("ratelimit")).contains("\"tenant\";r=0;t=" + wait);
        assertThat(refused.headers().firstValue("ratelimit-policy"))
                .contains("\"tenant\";q=3;w=300");
    }

    @Test
    void neighboursAndStrangersDoNotUseItUp() throws Exception {
        fixture.limits("acme", 0.01, 1, 0).publish();
        for (int i = 0; i < 5; i++) {
            assertThat(
                            fixture.send(
                                            java.net.http.HttpRequest.newBuilder(
                                                            fixture.uri("/e/globex/receipts/x"))
                                                    .header("Authorization", "Bearer neighbour"))
                                    .statusCode())
                    .isEqualTo(200);
            assertThat(
                            fixture.send(
                                            java.net.http.HttpRequest.newBuilder(
                                                            fixture.uri("/e/acme/receipts/x"))
                                                    .header("Authorization", "Bearer wrong"))
                                    .statusCode())
                    .isEqualTo(401);
        }
        assertThat(fixture.get("/e/acme/receipts/x").statusCode()).isEqualTo(200);
        assertThat(fixture.get("/e/acme/receipts/x").statusCode()).isEqualTo(429);
    }

    @Test
    void noMoreThanThePlanAllowsAreOnTheirWay() throws Exception {
        fixture.limits("acme", 0, 1, 2).publish();
        holds = true;
        List<CompletableFuture<HttpResponse<String>>> two = fixture.many(2, "/e/acme/receipts/x");
        await().until(() -> held.size() == 2);

        HttpResponse<String> third = fixture.get("/e/acme/invoices/x");
        assertThat(third.statusCode()).isEqualTo(429);
        assertThat(third.body()).contains("concurrentRequests is 2");
        assertThat(third.headers().firstValue("retry-after")).isPresent();

        holds = false;
        held.forEach(request -> request.response().end("late"));
        held.clear();
        assertThat(GatewayFixture.statuses(two)).containsExactly(200);
        await().untilAsserted(
                        () ->
                                assertThat(fixture.get("/e/acme/invoices/x").statusCode())
                                        .isEqualTo(200));
    }

    @Test
    void whoGoesAwayMakesRoom() throws Exception {
        fixture.limits("acme", 0, 1, 1).publish();
        holds = true;
        CompletableFuture<HttpResponse<String>> gone =
                fixture.sendAsync(fixture.request("/e/acme/receipts/x"));
        await().until(() -> held.size() == 1);
        assertThat(fixture.get("/e/acme/receipts/x").statusCode()).isEqualTo(429);
        gone.cancel(true);
        holds = false;
        await().untilAsserted(
                        () ->
                                assertThat(fixture.get("/e/acme/receipts/x").statusCode())
                                        .isEqualTo(200));
    }
}
