package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.marmita.routing.Access;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Route;
import dev.marmita.scheduler.RoutePublisher;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** PostgreSQL is killed, again and again: endpoints do not notice, the control API says so, all comes back. */
class DatabaseOutageTest {

    @Test
    void endpointsGoOnServingWhileTheDatabaseIsGone() throws Exception {
        HttpServer upstream = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        upstream.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        upstream.start();
        try (var platform = RunningPlatform.start(RunningPlatform.newHome())) {
            Client admin = platform.admin();
            admin.post("/api/v1/tenants", Map.of("name", "outage"));
            Client holder =
                    platform.client(
                            admin.post(
                                            "/api/v1/tenants/outage/tokens",
                                            Map.of("name", "x", "scopes", List.of("invoke")))
                                    .json()
                                    .get("token")
                                    .stringValue());
            platform.bean(RoutePublisher.class)
                    .publish(
                            new Route(
                                    EndpointId.of("outage", "echo"),
                                    1_000_000,
                                    false,
                                    "",
                                    Access.DEFAULT,
                                    Route.Limits.DEFAULT,
                                    List.of(
                                            new Route.Target(
                                                    1,
                                                    1,
                                                    List.of(
                                                            new Route.Replica(
                                                                    "echo-1",
                                                                    "127.0.0.1",
                                                                    upstream.getAddress().getPort(),
                                                                    4))))));
            String url = platform.gatewayUrl() + "/e/outage/echo/";
            await().atMost(Duration.ofSeconds(2)).until(() -> holder.get(url).status() == 200);

            List<Integer> endpoint = new ArrayList<>();
            List<Integer> control = new ArrayList<>();
            long until = System.nanoTime() + Duration.ofSeconds(4).toNanos();
            while (System.nanoTime() < until) {
                killPostgres(platform);
                endpoint.add(holder.get(url).status());
                control.add(admin.get("/api/v1/tenants/outage").status());
            }
            assertThat(endpoint).hasSizeGreaterThan(2).containsOnly(200);
            assertThat(control).contains(503);
            assertThat(control).allMatch(status -> status == 200 || status == 503);

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> admin.get("/api/v1/tenants/outage").status() == 200);
            platform.bean(RoutePublisher.class).remove(EndpointId.of("outage", "echo"));
            await().atMost(Duration.ofSeconds(10)).until(() -> holder.get(url).status() == 404);
        } finally {
            upstream.stop(0);
        }
    }

    private static void killPostgres(RunningPlatform platform) throws Exception {
        var file = platform.home().resolve("postgres");
        try (var files = Files.walk(file, 3)) {
            var pidFile = files.filter(each -> each.endsWith("postmaster.pid")).findFirst();
            if (pidFile.isPresent()) {
                long pid = Long.parseLong(Files.readAllLines(pidFile.get()).getFirst().strip());
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
        } catch (java.io.UncheckedIOException | java.nio.file.NoSuchFileException moved) {
            // the server was just taking its file away
        }
    }
}
