package dev.marmita.gateway;

import static dev.marmita.gateway.GatewayFixture.RECEIPTS;
import static dev.marmita.gateway.GatewayFixture.limits;
import static dev.marmita.gateway.GatewayFixture.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.marmita.routing.Route;
import dev.marmita.routing.RouteTable;
import io.vertx.core.http.HttpServerRequest;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starting, following, losing its source, and stopping. */
final class GatewayLifecycleTest {

    @TempDir Path folder;

    private GatewaySettings withSnapshot() {
        return GatewayFixture.settings().withSnapshot(folder.resolve("data/routes.json"));
    }

    @Test
    void servesByTheSnapshotWhileTheSourceIsDead() throws Exception {
        try (FakeReplica upstream = FakeReplica.answering("hello")) {
            try (GatewayFixture first = new GatewayFixture(withSnapshot())) {
                first.route(RECEIPTS, limits(), replica("r1", upstream.port(), 2)).publish();
            }
            Path file = folder.resolve("data/routes.json");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            assertThat(Files.readString(file)).doesNotContain(GatewayFixture.TOKEN);
            try (GatewayFixture second = new GatewayFixture(withSnapshot())) {
                assertThat(second.gateway.ready()).isTrue();
                assertThat(second.gateway.tableVersion()).isEqualTo(1);
                HttpResponse<String> answer = second.get("/e/acme/receipts/x");
                assertThat(answer.body()).isEqualTo("hello");
            }
        }
    }

    @Test
    void saysAtOnceThatItFollowsANewTable() throws Exception {
        try (GatewayFixture gateway = new GatewayFixture(GatewayFixture.settings())) {
            gateway.publish();
            // Ten tables, each told of before the next: by the second alone it would take ten.
            long start = System.nanoTime();
            for (int i = 0; i < 10; i++) {
                gateway.publish();
                long version = gateway.gateway.tableVersion();
                await().pollInterval(Duration.ofMillis(5))
                        .until(() -> gateway.reportedVersion >= version);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isLessThan(Duration.ofSeconds(7));
        }
    }

    @Test
    void theFirstWordOfTheSourceBeatsTheSnapshot() throws Exception {
        try (FakeReplica upstream = FakeReplica.answering("hello")) {
            try (GatewayFixture first = new GatewayFixture(withSnapshot())) {
                first.route(RECEIPTS, limits(), replica("r1", upstream.port(), 2));
                for (int i = 0; i < 20; i++) {
                    first.publish();
                }
            }
            try (GatewayFixture second = new GatewayFixture(withSnapshot())) {
                second.publish();
                assertThat(second.gateway.tableVersion()).isEqualTo(1);
                assertThat(second.get("/e/acme/receipts/x").statusCode()).isEqualTo(404);
            }
        }
    }

    @Test
    void startsWithoutASnapshotThatIsBroken() throws Exception {
        Path file = folder.resolve("routes.json");
        for (String content :
                List.of("", "{", "{\"format\":1}", "{\"format\":7,\"table\":{}}", "[]")) {
            Files.writeString(file, content);
            try (GatewayFixture fixture =
                    new GatewayFixture(GatewayFixture.settings().withSnapshot(file))) {
                assertThat(fixture.gateway.ready()).isFalse();
                fixture.publish();
                assertThat(fixture.gateway.ready()).isTrue();
            }
        }
    }

    @Test
    void servesThoughItsSnapshotCannotBeWritten() throws Exception {
        Path blocked = Files.writeString(folder.resolve("file"), "not a folder");
        try (FakeReplica upstream = FakeReplica.answering("hello");
                GatewayFixture fixture =
                        new GatewayFixture(
                                GatewayFixture.settings()
                                        .withSnapshot(blocked.resolve("routes.json")))) {
            fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 2)).publish();
            assertThat(fixture.get("/e/acme/receipts/x").body()).isEqualTo("hello");
        }
    }

    @Test
    void aStragglerDoesNotUndoWhatIsInForce() throws Exception {
        try (FakeReplica upstream = FakeReplica.answering("hello");
                GatewayFixture fixture = GatewayFixture.start()) {
            RouteTable old = fixture.table();
            fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 2)).publish();
            fixture.deliver(old);
            assertThat(fixture.gateway.tableVersion()).isEqualTo(2);
            assertThat(fixture.get("/e/acme/receipts/x").body()).isEqualTo("hello");
        }
    }

    @Test
    void finishesWhatRunsAndTakesNothingNewWhenItCloses() throws Exception {
        AtomicReference<HttpServerRequest> running = new AtomicReference<>();
        try (FakeReplica upstream = new FakeReplica(running::set)) {
            GatewayFixture fixture = GatewayFixture.start();
            fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 2)).publish();
            CompletableFuture<HttpResponse<String>> answer =
                    fixture.sendAsync(fixture.request("/e/acme/receipts/x"));
            await().until(() -> running.get() != null);
            int port = fixture.gateway.port();

            CompletableFuture<Void> closing = CompletableFuture.runAsync(fixture.gateway::close);
            await().until(() -> !fixture.gateway.ready());
            await().untilAsserted(
                            () ->
                                    assertThatThrownBy(() -> new Socket("127.0.0.1", port).close())
                                            .isInstanceOf(ConnectException.class));
            assertThat(closing).isNotDone();
            upstream.vertx().runOnContext(here -> running.get().response().end("finished"));
            assertThat(answer.join().body()).isEqualTo("finished");
            closing.get(5, TimeUnit.SECONDS);
            fixture.close();
        }
    }

    @Test
    void doesNotWaitForEverWhenItCloses() throws Exception {
        try (FakeReplica upstream = new FakeReplica(request -> {})) {
            GatewayFixture fixture =
                    new GatewayFixture(
                            GatewayFixture.settings()
                                    .withTimeouts(
                                            GatewaySettings.Timeouts.DEFAULT.withDrain(
                                                    Duration.ofMillis(300))));
            fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 2)).publish();
            CompletableFuture<HttpResponse<String>> answer =
                    fixture.sendAsync(fixture.request("/e/acme/receipts/x"));
            await().until(() -> !upstream.asked.isEmpty());
            long began = System.nanoTime();
            fixture.gateway.close();
            assertThat(Duration.ofNanos(System.nanoTime() - began))
                    .isLessThan(Duration.ofSeconds(5));
            await().until(answer::isCompletedExceptionally);
            fixture.close();
        }
    }

    @Test
    void saysThatItsPortIsTaken() {
        try (GatewayFixture fixture = GatewayFixture.start()) {
            assertThatThrownBy(
                            () ->
                                    new GatewayFixture(
                                            GatewayFixture.settings()
                                                    .withAddress(
                                                            "127.0.0.1", fixture.gateway.port())))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + fixture.gateway.port());
        }
    }

    /** Replicas come and go under load, as in a roll-out; every one drains before it stops. */
    @Test
    void aRollingUpdateUnderFireLosesNoRequest() throws Exception {
        ScheduledExecutorService fire = Executors.newScheduledThreadPool(2);
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        List<FakeReplica> all = new ArrayList<>();
        try (GatewayFixture fixture = GatewayFixture.start()) {
            AtomicInteger sent = new AtomicInteger();
            AtomicBoolean stop = new AtomicBoolean();
            List<DrainingReplica> current =
                    new ArrayList<>(List.of(drainingReplica(all), drainingReplica(all)));
            publish(fixture, 1, current);
            Runnable shot =
                    () -> {
                        if (!stop.get()) {
                            synchronized (answers) {
                                answers.add(
                                        fixture.sendAsync(
                                                fixture.request(
                                                                "/e/acme/receipts/"
                                                                        + sent.incrementAndGet())
                                                        .POST(
                                                                java.net.http.HttpRequest
                                                                        .BodyPublishers.ofString(
                                                                        "page"))));
                            }
                        }
                    };
            var unused = fire.scheduleAtFixedRate(shot, 0, 3, TimeUnit.MILLISECONDS);
            for (int revision = 2; revision <= 6; revision++) {
                int now = sent.get();
                await().until(() -> sent.get() > now + 80);
                List<DrainingReplica> next = List.of(drainingReplica(all), drainingReplica(all));
                publish(fixture, revision, next);
                for (DrainingReplica old : current) {
                    // As a runner on SIGTERM, which may come before every gateway knows.
                    old.drain();
                    // What was on its way when the table changed may still arrive for a moment.
                    await().during(Duration.ofMillis(300))
                            .atMost(Duration.ofSeconds(20))
                            .until(() -> old.replica().running.get() == 0);
                    old.replica().close();
                }
                current = new ArrayList<>(next);
            }
            stop.set(true);
            fire.shutdown();
            assertThat(fire.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
            assertThat(answers).hasSizeGreaterThan(400);
            assertThat(GatewayFixture.statuses(answers)).containsExactly(200);
        } finally {
            fire.shutdownNow();
            all.forEach(FakeReplica::close);
        }
    }

    private record DrainingReplica(FakeReplica replica, AtomicBoolean draining) {
        void drain() {
            draining.set(true);
        }
    }

    private static DrainingReplica drainingReplica(List<FakeReplica> all) {
        AtomicBoolean draining = new AtomicBoolean();
        AtomicReference<FakeReplica> self = new AtomicReference<>();
        FakeReplica replica =
                new FakeReplica(
                        request -> {
                            if (draining.get()) {
                                request.body()
                                        .onSuccess(
                                                body ->
                                                        request.response()
                                                                .setStatusCode(503)
                                                                .putHeader(
                                                                        "Marmita-Unprocessed",
                                                                        "true")
                                                                .end());
                            } else {
                                self.get()
                                        .vertx()
                                        .setTimer(20, due -> request.response().end("ok"));
                            }
                        });
        self.set(replica);
        all.add(replica);
        return new DrainingReplica(replica, draining);
    }

    private static void publish(
            GatewayFixture fixture, int revision, List<DrainingReplica> replicas) {
        List<Route.Replica> members = new ArrayList<>();
        for (int i = 0; i < replicas.size(); i++) {
            members.add(replica("r" + revision + "-" + i, replicas.get(i).replica().port(), 16));
        }
        fixture.route(RECEIPTS, limits(), true, "", new Route.Target(revision, 100, members))
                .publish();
    }
}
