package dev.marmita.gateway;

import static dev.marmita.gateway.GatewayFixture.RECEIPTS;
import static dev.marmita.gateway.GatewayFixture.limits;
import static dev.marmita.gateway.GatewayFixture.replica;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.routing.Access;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Load;
import dev.marmita.routing.Route;
import dev.marmita.routing.RouteTable;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What one sees of requests afterwards. */
final class ObservabilityTest {

    @Test
    void countsRequestsOfEndpointsAndNoLabelsOfStrangers() throws Exception {
        try (FakeReplica upstream = FakeReplica.answering("hello");
                GatewayFixture fixture = GatewayFixture.start()) {
            fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 8)).publish();
            for (int i = 0; i < 3; i++) {
                fixture.post("/e/acme/receipts/x", "page".getBytes());
            }
            for (int i = 0; i < 5; i++) {
                fixture.get("/e/stranger" + i + "/thing" + i + "/x");
                fixture.get("/nowhere" + i);
            }
            await().untilAsserted(() -> assertThat(fixture.log).hasSize(13));
            assertThat(
                            fixture.meters
                                    .get("marmita.gateway.requests")
                                    .tags(
                                            "tenant",
                                            "acme",
                                            "deployment",
                                            "receipts",
                                            "status",
                                            "2xx")
                                    .counter()
                                    .count())
                    .isEqualTo(3);
            assertThat(
                            fixture.meters
                                    .get("marmita.gateway.requests")
                                    .tags("tenant", "", "status", "4xx")
                                    .counter()
                                    .count())
                    .isEqualTo(10);
            assertThat(
                            fixture.meters
                                    .get("marmita.gateway.request.duration")
                                    .tag("tenant", "acme")
                                    .timer()
                                    .count())
                    .isEqualTo(3);
            assertThat(fixture.meters.getMeters())
                    .noneMatch(
                            meter -> String.valueOf(meter.getId().getTags()).contains("stranger"));

            fixture.remove(RECEIPTS).publish();
            assertThat(fixture.meters.getMeters())
                    .noneMatch(
                            meter -> String.valueOf(meter.getId().getTags()).contains("receipts"));
        }
    }

    @Test
    void logsARequestWithAllThatIsKnownOfIt() throws Exception {
        try (FakeReplica upstream = FakeReplica.answering("hello");
                GatewayFixture fixture = GatewayFixture.start()) {
            fixture.route(RECEIPTS, limits(), replica("r1", upstream.port(), 8)).publish();
            fixture.send(
                    fixture.request("/e/acme/receipts/extract?secret=1")
                            .header("X-Request-Id", "id-1")
                            .POST(HttpRequest.BodyPublishers.ofString("page")));
            await().until(() -> !fixture.log.isEmpty());
            AccessLog.Entry entry = fixture.log.getFirst();
            assertThat(entry.requestId()).isEqualTo("id-1");
            assertThat(entry.tenant()).isEqualTo("acme");
            assertThat(entry.deployment()).isEqualTo("receipts");
            assertThat(entry.tokenId()).isEqualTo("id-0");
            assertThat(entry.revision()).isEqualTo(1);
            assertThat(entry.replica()).isEqualTo("r1");
            assertThat(entry.method()).isEqualTo("POST");
            assertThat(entry.path()).isEqualTo("/e/acme/receipts/extract");
            assertThat(entry.status()).isEqualTo(200);
            assertThat(entry.reason()).isNull();
            assertThat(entry.bytesIn()).isEqualTo(4);
            assertThat(entry.bytesOut()).isEqualTo(5);
            assertThat(entry.totalMillis()).isGreaterThanOrEqualTo(entry.upstreamMillis());
            assertThat(entry.attempts()).isEqualTo(1);
            assertThat(entry.woke()).isFalse();
        }
    }

    @Test
    void anAccessLogThatFailsCostsNoRequest() throws Exception {
        GatewayPorts ports =
                new GatewayPorts(
                        listener -> {
                            listener.accept(RouteTable.EMPTY);
                            return () -> {};
                        },
                        Credentials.NONE,
                        new FailingSink(),
                        entry -> {
                            throw new IllegalStateException("disk full");
                        },
                        new SimpleMeterRegistry(),
                        () -> "",
                        Instant::now);
        try (Gateway gateway = Gateway.start(GatewayFixture.settings(), ports);
                RawClient client = new RawClient(gateway.port())) {
            for (int i = 0; i < 3; i++) {
                client.send("GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n");
                assertThat(client.readAnswer()).startsWith("HTTP/1.1 404 ");
            }
        }
    }

    private static final class FailingSink implements DemandSink {
        final List<String> calls = new CopyOnWriteArrayList<>();

        @Override
        public void wake(EndpointId endpoint) {
            calls.add("wake");
            throw new IllegalStateException("database down");
        }

        @Override
        public void report(List<Load> loads) {
            calls.add("report");
            throw new IllegalStateException("database down");
        }
    }

    @Test
    void aSinkThatFailsIsToldAgain() {
        FailingSink sink = new FailingSink();
        EndpointQueue.Events events =
                new EndpointQueue.Events() {
                    @Override
                    public void wake(EndpointId endpoint) {}

                    @Override
                    public void putAside(EndpointId endpoint, String replica, Lease.Outcome why) {}

                    @Override
                    public void drainAt(EndpointQueue queue, long nanos) {}
                };
        EndpointQueue queue =
                new EndpointQueue(
                        new Route(RECEIPTS, 1, true, "", Access.DEFAULT, limits(), List.of()),
                        events,
                        new SplittableRandom());
        queue.admit(
                new Waiter(
                        new Waiter.Claimant() {
                            @Override
                            public void granted(Lease lease) {}

                            @Override
                            public void refused(Refusal refusal) {}
                        }),
                System.nanoTime());
        try (DemandReporter reporter =
                new DemandReporter(sink, () -> List.of(queue), System::nanoTime)) {
            reporter.start();
            reporter.wake(RECEIPTS);
            await().until(() -> sink.calls.contains("wake"));
            await().until(
                            () ->
                                    Stream.of("wake", "report")
                                            .allMatch(
                                                    call ->
                                                            sink.calls.stream()
                                                                            .filter(call::equals)
                                                                            .count()
                                                                    >= 2));
        }
    }

    private static AccessLog.Entry entry(String id) {
        return new AccessLog.Entry(
                Instant.parse("2026-11-20T12:00:00Z"),
                id,
                "acme",
                null,
                null,
                null,
                "127.0.0.1",
                null,
                0,
                null,
                "HTTP/1",
                "GET",
                "/e/acme/x/\"quoted\"\n",
                404,
                "there is no such endpoint",
                0,
                38,
                1.25,
                0,
                0,
                0,
                false);
    }

    @Test
    void writesALineOfJsonForEachEntry(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("logs/access.log");
        try (JsonLinesAccessLog log = JsonLinesAccessLog.open(file, 1 << 20, 2)) {
            log.log(entry("a"));
            log.log(entry("b"));
            await().until(() -> Files.exists(file) && Files.readAllLines(file).size() == 2);
        }
        try (JsonLinesAccessLog log = JsonLinesAccessLog.open(file, 1 << 20, 2)) {
            log.log(entry("c"));
        }
        List<JsonNode> lines =
                Files.readAllLines(file).stream().map(new JsonMapper()::readTree).toList();
        assertThat(lines)
                .extracting(line -> line.get("requestId").asString())
                .containsExactly("a", "b", "c");
        assertThat(lines.getFirst().get("time").asString()).isEqualTo("2026-11-20T12:00:00Z");
        assertThat(lines.getFirst().get("status").asInt()).isEqualTo(404);
        assertThat(lines.getFirst().has("deployment")).isFalse();
    }

    @Test
    void rotatesAndKeepsABoundedNumber(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("access.log");
        try (JsonLinesAccessLog log = JsonLinesAccessLog.open(file, 1_000, 2)) {
            for (int i = 0; i < 50; i++) {
                log.log(entry("request-" + i));
            }
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(each -> each.getFileName().toString()))
                    .contains("access.log.1", "access.log.2")
                    .doesNotContain("access.log.3");
        }
        assertThat(Files.size(folder.resolve("access.log.1"))).isBetween(1_000L, 1_600L);
    }

    @Test
    void aLogThatCannotBeWrittenDropsAndCounts(@TempDir Path folder) throws Exception {
        Path blocked = Files.writeString(folder.resolve("file"), "");
        try (JsonLinesAccessLog log =
                JsonLinesAccessLog.open(blocked.resolve("access.log"), 1_000, 2)) {
            log.log(entry("a"));
            await().until(() -> log.dropped() == 1);
        }
    }
}
