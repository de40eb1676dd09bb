package dev.marmita.gateway;

import static dev.marmita.gateway.GatewayFixture.RECEIPTS;
import static dev.marmita.gateway.GatewayFixture.limits;
import static dev.marmita.gateway.GatewayFixture.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Route;
import io.vertx.core.http.HttpServerRequest;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Questions about tasks go to the replica that holds the task. */
final class GatewayTasksTest {

    private static final EndpointId OTHERS = EndpointId.of("globex", "receipts");

    private final Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();
    private final FakeReplica first = answering("r1");
    private final FakeReplica second = answering("r2");
    private final FakeReplica foreign = answering("g1");
    private final GatewayFixture fixture = GatewayFixture.start();

    GatewayTasksTest() {
        fixture.token("neighbour", "globex")
                .route(RECEIPTS, limits(), r1(1), r2(1))
                .route(OTHERS, limits(), replica("g1", foreign.port(), 1))
                .publish();
    }

    @AfterEach
    void stop() {
        held.forEach(request -> request.response().end());
        fixture.close();
        first.close();
        second.close();
        foreign.close();
    }

    private FakeReplica answering(String name) {
        return new FakeReplica(
                request -> {
                    if (request.path().equals("/work")) {
                        held.add(request);
                    } else if (request.path().endsWith("/cancel") && name.equals("r2")) {
                        request.connection().close();
                    } else {
                        request.response().putHeader("Marmita-Replica", name).end(name);
                    }
                });
    }

    private Route.Replica r1(int concurrency) {
        return replica("r1", first.port(), concurrency);
    }

    private Route.Replica r2(int concurrency) {
        return replica("r2", second.port(), concurrency);
    }

    /** As a runner makes it. */
    private static String idAt(String replica, int number) {
        String head = "%032x".formatted(number) + TaskQuestion.sign(replica);
        return head + GatewayFixture.sha256(head).substring(0, 8);
    }

    private HttpResponse<String> ask(String method, String what, String id) throws Exception {
        return fixture.send(
                fixture.request("/e/acme/receipts/survey/" + what + "?task_id=" + id)
                        .method(method, BodyPublishers.noBody()));
    }

    @ParameterizedTest
    @CsvSource({"GET,status", "GET,get", "POST,retry", "PUT,retry", "POST,cancel"})
    void goToTheReplicaThatTheIdNames(String method, String what) throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(ask(method, what, idAt("r1", i)).body()).isEqualTo("r1");
        }
        assertThat(second.asked).isEmpty();
        assertThat(ask("GET", "status", idAt("r2", 1)).body()).isEqualTo("r2");
        assertThat(first.asked)
                .hasSize(5)
                .first()
                .isEqualTo(method + " /survey/" + what + "?task_id=" + idAt("r1", 0));
    }

    @Test
    void doNotWaitBehindTheWorkThatTheyAreAbout() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> two =
                fixture.many(2, "/e/acme/receipts/work");
        await().until(() -> held.size() == 2);

        assertThat(ask("GET", "status", idAt("r1", 1)).body()).isEqualTo("r1");
        held.forEach(request -> request.response().end());
        held.clear();
        assertThat(GatewayFixture.statuses(two)).containsExactly(200);
    }

    @Test
    void reachAReplicaThatTakesNoRequestsAnyMore() throws Exception {
        fixture.route(RECEIPTS, limits(), r2(1)).remaining(RECEIPTS, r1(1)).publish();

        assertThat(ask("GET", "get", idAt("r1", 1)).body()).isEqualTo("r1");
        for (int i = 0; i < 5; i++) {
            assertThat(fixture.get("/e/acme/receipts/x").body()).isEqualTo("r2");
        }
        fixture.route(RECEIPTS, limits(), true, "").remaining(RECEIPTS, r1(1)).publish();
        assertThat(ask("GET", "get", idAt("r1", 1)).body()).isEqualTo("r1");
        assertThat(fixture.wakes).isEmpty();
    }

    @Test
    void aReplicaThatComesBackKeepsItsPlaces() throws Exception {
        CompletableFuture<HttpResponse<String>> work;
        fixture.route(RECEIPTS, limits(), r1(1)).publish();
        work = fixture.sendAsync(fixture.request("/e/acme/receipts/work"));
        await().until(() -> held.size() == 1);

        fixture.route(RECEIPTS, limits(), true, "").remaining(RECEIPTS, r1(1)).publish();
        fixture.route(RECEIPTS, limits(0, 1 << 20, 1 << 20, 10_000, 10_000), r1(1)).publish();
        assertThat(fixture.get("/e/acme/receipts/x").statusCode()).as("full").isEqualTo(429);
        held.remove().response().end();
        assertThat(work.join().statusCode()).isEqualTo(200);
        await().until(() -> fixture.get("/e/acme/receipts/x").statusCode() == 200);
    }

    @Test
    void whoseReplicaIsGoneAreToldThatTheTaskIsLost() throws Exception {
        fixture.route(RECEIPTS, limits(), true, "").publish();

        HttpResponse<String> lost = ask("GET", "status", idAt("r1", 1));
        assertThat(lost.statusCode()).isEqualTo(410);
        assertThat(lost.body()).contains("the replica that held it is gone", "submitted again");
        assertThat(fixture.wakes).as("nothing is woken for it").isEmpty();
    }

    @Test
    void waitForARouteThatIsAMomentLate() throws Exception {
        fixture.route(RECEIPTS, limits(), r1(1)).publish();
        CompletableFuture<HttpResponse<String>> early =
                fixture.sendAsync(
                        fixture.request("/e/acme/receipts/survey/status?task_id=" + idAt("r2", 1)));
        fixture.route(RECEIPTS, limits(), r1(1), r2(1)).publish();

        assertThat(early.join().body()).isEqualTo("r2");
    }

    @Test
    void aForgedIdReachesNoOtherDeployment() throws Exception {
        assertThat(ask("GET", "status", idAt("g1", 1)).statusCode()).isEqualTo(410);
        assertThat(foreign.asked).isEmpty();
        HttpResponse<String> stranger =
                fixture.send(
                        HttpRequest.newBuilder(
                                        fixture.uri(
                                                "/e/acme/receipts/survey/status?task_id="
                                                        + idAt("r1", 1)))
                                .header("Authorization", "Bearer neighbour"));
        assertThat(stranger.statusCode()).isEqualTo(404);
        assertThat(first.asked).isEmpty();
    }

    @Test
    void whatIsNoIdGoesWhereAnyRequestGoes() throws Exception {
        assertThat(ask("GET", "status", "..%2F..").statusCode()).isEqualTo(200);
        assertThat(ask("GET", "status", idAt("r1", 1).replace('0', '1')).statusCode())
                .isEqualTo(200);
    }

    @Test
    void neverGoToAnotherReplicaThanTheirs() throws Exception {
        first.close();
        HttpResponse<String> silent = ask("GET", "status", idAt("r1", 1));
        assertThat(silent.statusCode()).isEqualTo(503);
        assertThat(silent.body()).contains("holds the task");
        assertThat(silent.headers().firstValue("Retry-After")).contains("1");

        HttpResponse<String> broken = ask("POST", "cancel", idAt("r2", 1));
        assertThat(broken.statusCode()).isEqualTo(502);
        assertThat(second.asked).hasSize(1);
    }
}
