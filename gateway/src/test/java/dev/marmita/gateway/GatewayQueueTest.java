package dev.marmita.gateway;

import static dev.marmita.gateway.GatewayFixture.RECEIPTS;
import static dev.marmita.gateway.GatewayFixture.limits;
import static dev.marmita.gateway.GatewayFixture.replica;
import static dev.marmita.gateway.GatewayFixture.statuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Route;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Waiting: for a replica to appear, and for one to be free. */
final class GatewayQueueTest {

    private final GatewayFixture fixture = GatewayFixture.start();
    private final List<AutoCloseable> parts = new ArrayList<>();

    @AfterEach
    void stop() throws Exception {
        fixture.close();
        for (AutoCloseable part : parts) {
            part.close();
        }
    }

    private <T extends AutoCloseable> T closing(T part) {
        parts.add(part);
        return part;
    }

    private void awaitQueued(int count) {
        await().until(
                        () ->
                                fixture.meters
                                                .get("marmita.gateway.queued")
                                                .tag("deployment", "receipts")
                                                .gauge()
                                                .value()
                                        == count);
    }

    @Test
    void holdsRequestsUntilAReplicaAppearsAndServesThemInOrder() throws Exception {
        FakeReplica upstream = closing(FakeReplica.answering("warm"));
        fixture.route(RECEIPTS, limits()).publish();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            answers.add(
                    fixture.sendAsync(
                            fixture.request("/e/acme/receipts/" + i)
                                    .POST(HttpRequest.BodyPublishers.ofString("page " + i))));
            awaitQueued(i + 1);
        }
        await().until(() -> fixture.wakes.contains(RECEIPTS));
        assertThat(answers).noneMatch(CompletableFuture::isDone);

        fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 1)).publish();

        assertThat(statuses(answers)).containsExactly(200);
        assertThat(upstream.asked)
                .containsExactlyElementsOf(
                        IntStream.range(0, 50).mapToObj(i -> "POST /" + i).toList());
        await().untilAsserted(
                        () ->
                                assertThat(fixture.log)
                                        .hasSize(50)
                                        .allMatch(AccessLog.Entry::woke)
                                        .allMatch(entry -> entry.waitMillis() > 0));
    }

    @Test
    void wakesAgainEverySecondWhileSomethingWaits() {
        fixture.route(RECEIPTS, limits()).publish();
        fixture.many(1, "/e/acme/receipts/x");
        await().atMost(Duration.ofSeconds(5)).until(() -> fixture.wakes.size() >= 3);
    }

    @Test
    void reportsWhatItSees() {
        fixture.route(RECEIPTS, limits()).publish();
        fixture.many(3, "/e/acme/receipts/x");
        await().untilAsserted(
                        () ->
                                assertThat(fixture.loads)
                                        .singleElement()
                                        .satisfies(
                                                load -> {
                                                    assertThat(load.endpoint()).isEqualTo(RECEIPTS);
                                                    assertThat(load.queued()).isEqualTo(3);
                                                    assertThat(load.lastRequestAgoMillis())
                                                            .isLessThan(3_000);
                                                }));
    }

    @Test
    void givesUpWhenNoReplicaAppearsInTime() throws Exception {
        fixture.route(RECEIPTS, limits(10, 1 << 20, 1 << 20, 10_000, 300)).publish();
        long began = System.nanoTime();
        HttpResponse<String> answer = fixture.get("/e/acme/receipts/x");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("wakeTimeout is 300 ms");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(Duration.ofMillis(300), Duration.ofSeconds(3));
        awaitQueued(0);
    }

    @Test
    void refusesAtOnceWhereNothingWillCome() throws Exception {
        fixture.route(RECEIPTS, limits(), false, "the bundle is invalid").publish();
        HttpResponse<String> answer = fixture.get("/e/acme/receipts/x");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("the bundle is invalid");
        assertThat(fixture.wakes).isEmpty();
    }

    @Test
    void boundsWhatWaitsByCount() throws Exception {
        fixture.route(RECEIPTS, limits(3, 1 << 20, 1 << 20, 10_000, 10_000)).publish();
        List<CompletableFuture<HttpResponse<String>>> held = fixture.many(3, "/e/acme/receipts/x");
        awaitQueued(3);
        HttpResponse<String> answer = fixture.get("/e/acme/receipts/x");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("maxQueue is 3");
        assertThat(answer.headers().firstValue("retry-after")).isPresent();
        assertThat(held).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void boundsWhatWaitsByBytes() throws Exception {
        fixture.route(RECEIPTS, limits(100, 250_000, 1 << 20, 10_000, 10_000)).publish();
        byte[] body = new byte[100_000];
        for (int i = 0; i < 2; i++) {
            fixture.sendAsync(
                    fixture.request("/e/acme/receipts/x")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
            awaitQueued(i + 1);
        }
        HttpResponse<String> answer = fixture.post("/e/acme/receipts/x", body);
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("maxQueueBytes is 250000");
    }

    @Test
    void limitsWhatOneReplicaGetsAtOnce() {
        ConcurrentLinkedQueue<Runnable> finish = new ConcurrentLinkedQueue<>();
        FakeReplica upstream =
                closing(
                        new FakeReplica(
                                request -> finish.add(() -> request.response().end("done"))));
        fixture.route(
                        RECEIPTS,
                        limits(8, 1 << 20, 1 << 20, 10_000, 10_000),
                        replica("r1", upstream.port(), 2))
                .publish();
        List<CompletableFuture<HttpResponse<String>>> answers =
                fixture.many(10, "/e/acme/receipts/x");
        awaitQueued(8);
        await().until(() -> finish.size() == 2);

        HttpResponse<String> full = fixture.sendAsync(fixture.request("/e/acme/receipts/x")).join();
        assertThat(full.statusCode()).isEqualTo(429);
        assertThat(full.headers().firstValue("retry-after")).contains("1");

        while (!answers.stream().allMatch(CompletableFuture::isDone)) {
            Runnable next = finish.poll();
            if (next != null) {
                upstream.vertx().runOnContext(here -> next.run());
            }
        }
        assertThat(statuses(answers)).containsExactly(200);
        assertThat(upstream.mostRunning).hasValue(2);
    }

    @Test
    void aBusyEndpointAnswersInTimeOrSaysSo() throws Exception {
        FakeReplica upstream = closing(new FakeReplica(request -> {}));
        fixture.route(
                        RECEIPTS,
                        limits(8, 1 << 20, 1 << 20, 300, 10_000),
                        replica("r1", upstream.port(), 1))
                .publish();
        List<CompletableFuture<HttpResponse<String>>> answers =
                fixture.many(2, "/e/acme/receipts/x");
        assertThat(statuses(answers)).containsExactly(504);
        assertThat(answers.getFirst().join().body()).contains("requestTimeout is 300 ms");
    }

    @Test
    void whoGoesAwayLeavesTheQueue() throws Exception {
        FakeReplica upstream = closing(FakeReplica.answering("warm"));
        fixture.route(RECEIPTS, limits()).publish();
        try (RawClient client = new RawClient(fixture.gateway.port())) {
            client.send(post("/gone", "x"));
            awaitQueued(1);
        }
        awaitQueued(0);
        List<CompletableFuture<HttpResponse<String>>> stays =
                fixture.many(1, "/e/acme/receipts/stays");
        awaitQueued(1);
        fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 1)).publish();
        assertThat(statuses(stays)).containsExactly(200);
        assertThat(upstream.asked).containsExactly("GET /stays");
        await().untilAsserted(
                        () -> assertThat(fixture.log).anyMatch(entry -> entry.status() == 499));
    }

    private static String post(String path, String body) {
        return "POST /e/acme/receipts"
                + path
                + " HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer "
                + GatewayFixture.TOKEN
                + "\r\nContent-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    @Test
    void whoGoesAwayCancelsTheWorkAndFreesThePlace() throws Exception {
        AtomicBoolean cancelled = new AtomicBoolean();
        FakeReplica upstream =
                closing(
                        new FakeReplica(
                                request -> {
                                    if (request.uri().equals("/slow")) {
                                        request.connection()
                                                .closeHandler(closed -> cancelled.set(true));
                                    } else {
                                        request.response().end("quick");
                                    }
                                }));
        fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 1)).publish();
        try (RawClient client = new RawClient(fixture.gateway.port())) {
            client.send(post("/slow", "x"));
            await().until(() -> !upstream.asked.isEmpty());
        }
        await().untilTrue(cancelled);
        assertThat(fixture.get("/e/acme/receipts/quick").statusCode()).isEqualTo(200);
    }

    @Test
    void aTokenRevokedWhileItsRequestWaitsIsRefused() {
        FakeReplica upstream = closing(FakeReplica.answering("warm"));
        fixture.token("short-lived", "acme").route(RECEIPTS, limits()).publish();
        CompletableFuture<HttpResponse<String>> answer =
                fixture.sendAsync(
                        HttpRequest.newBuilder(fixture.uri("/e/acme/receipts/x"))
                                .header("Authorization", "Bearer short-lived"));
        awaitQueued(1);
        fixture.revoke("short-lived").publish();
        fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 1)).publish();
        assertThat(answer.join().statusCode()).isEqualTo(401);
        assertThat(upstream.asked).isEmpty();
    }

    @Test
    void aDeploymentDeletedWhileRequestsWaitRefusesThem() {
        fixture.route(RECEIPTS, limits()).publish();
        List<CompletableFuture<HttpResponse<String>>> answers =
                fixture.many(3, "/e/acme/receipts/x");
        awaitQueued(3);
        fixture.remove(RECEIPTS).publish();
        assertThat(statuses(answers)).containsExactly(404);
    }

    @Test
    void oneTenantsQueueDoesNotStandInAnothersWay() throws Exception {
        FakeReplica upstream = closing(FakeReplica.answering("warm"));
        EndpointId other = EndpointId.of("globex", "receipts");
        fixture.token("globex-token", "globex")
                .route(RECEIPTS, limits())
                .route(other, limits(), replica("g1", upstream.port(), 1))
                .publish();
        fixture.many(20, "/e/acme/receipts/x");
        awaitQueued(20);
        HttpResponse<String> answer =
                fixture.send(
                        HttpRequest.newBuilder(fixture.uri("/e/globex/receipts/x"))
                                .header("Authorization", "Bearer globex-token"));
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    @Test
    void splitsTrafficByWeight() {
        FakeReplica stable = closing(FakeReplica.answering("stable"));
        FakeReplica canary = closing(FakeReplica.answering("canary"));
        fixture.route(
                        RECEIPTS,
                        limits(),
                        true,
                        "",
                        new Route.Target(1, 80, List.of(replica("s1", stable.port(), 64))),
                        new Route.Target(2, 20, List.of(replica("c1", canary.port(), 64))))
                .publish();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            answers.add(fixture.sendAsync(fixture.request("/e/acme/receipts/x")));
            if (i % 20 == 19) {
                answers.getLast().join();
            }
        }
        long toCanary =
                answers.stream().filter(answer -> answer.join().body().equals("canary")).count();
        assertThat(toCanary).isBetween(40L, 125L);
        await().untilAsserted(
                        () ->
                                assertThat(fixture.log)
                                        .filteredOn(entry -> entry.revision() == 2)
                                        .hasSize((int) toCanary));
    }
}
