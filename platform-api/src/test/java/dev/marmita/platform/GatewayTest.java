package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.marmita.routing.Access;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Route;
import dev.marmita.scheduler.LoadSource;
import dev.marmita.scheduler.RoutePublisher;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Routes, tokens and load between control and data plane, over PostgreSQL, at a real gateway. */
@ExtendWith(SharedPlatform.class)
class GatewayTest {

    private static final Duration SOON = Duration.ofSeconds(3);

    private final RunningPlatform platform;
    private final Client admin;
    private HttpServer upstream;

    GatewayTest(RunningPlatform platform) {
        this.platform = platform;
        this.admin = platform.admin();
    }

    @BeforeEach
    void serve() throws Exception {
        upstream = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        upstream.createContext(
                "/",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    byte[] body = "hello".getBytes();
                    exchange.sendResponseHeaders(200, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        upstream.start();
    }

    @AfterEach
    void stop() {
        upstream.stop(0);
    }

    @Test
    void aPublishedRouteIsServedSoonAndARemovedOneIsNot() {
        Client holder = tenant("g-route", List.of());
        String url = endpoint("g-route", "echo");
        assertThat(holder.get(url).status()).isEqualTo(404);
        publish("g-route", "echo", 1_000_001);
        await().atMost(SOON).until(() -> holder.get(url).status() == 200);
        await().atMost(Duration.ofSeconds(3))
                .until(() -> loads().settled(EndpointId.of("g-route", "echo"), 1_000_001));

        platform.bean(RoutePublisher.class).remove(EndpointId.of("g-route", "echo"));
        await().atMost(SOON).until(() -> holder.get(url).status() == 404);
        await().atMost(Duration.ofSeconds(3))
                .until(() -> loads().settled(EndpointId.of("g-route", "echo"), 1_000_001));
    }

    @Test
    void anOlderGenerationDoesNotReplaceANewer() {
        publish("g-old", "echo", 1_000_010);
        platform.bean(RoutePublisher.class)
                .publish(
                        new Route(
                                EndpointId.of("g-old", "echo"),
                                1_000_009,
                                false,
                                "old",
                                Access.DEFAULT,
                                Route.Limits.DEFAULT,
                                List.of()));
        assertThat(
                        Database.of(platform)
                                .sql("select generation from route where tenant = 'g-old'")
                                .query(Long.class)
                                .single())
                .isEqualTo(1_000_010);
    }

    @Test
    void aRevokedTokenIsRefusedAtTheEndpointSoon() {
        Client holder = tenant("g-revoke", List.of());
        publish("g-revoke", "echo", 1_000_020);
        String url = endpoint("g-revoke", "echo");
        await().atMost(SOON).until(() -> holder.get(url).status() == 200);
        String id =
                admin.get("/api/v1/tenants/g-revoke/tokens")
                        .json()
                        .get("items")
                        .get(0)
                        .get("id")
                        .stringValue();
        admin.delete("/api/v1/tenants/g-revoke/tokens/" + id);
        await().atMost(SOON).until(() -> holder.get(url).status() == 401);
    }

    @Test
    void aTokenServesItsTenantAndDeploymentsOnly() {
        Client holder = tenant("g-scope", List.of("echo"));
        Client other = tenant("g-scope-other", List.of());
        publish("g-scope", "echo", 1_000_030);
        publish("g-scope", "second", 1_000_031);
        await().atMost(SOON).until(() -> holder.get(endpoint("g-scope", "echo")).status() == 200);
        assertThat(holder.get(endpoint("g-scope", "second")).status()).isIn(403, 404);
        assertThat(other.get(endpoint("g-scope", "echo")).status()).isIn(403, 404);
        assertThat(platform.anonymous().get(endpoint("g-scope", "echo")).status()).isEqualTo(401);
        assertThat(admin.get(endpoint("g-scope", "echo")).status()).isIn(401, 403, 404);
    }

    @Test
    void aDeletedTenantsEndpointAndTokensAreDeadSoon() {
        Client holder = tenant("g-gone", List.of());
        publish("g-gone", "echo", 1_000_040);
        String url = endpoint("g-gone", "echo");
        await().atMost(SOON).until(() -> holder.get(url).status() == 200);
        admin.delete("/api/v1/tenants/g-gone?cascade=true");
        await().atMost(SOON).until(() -> holder.get(url).status() == 401);
    }

    @Test
    void theSchedulerSeesTheLoad() {
        Client holder = tenant("g-load", List.of());
        publish("g-load", "echo", 1_000_050);
        EndpointId endpoint = EndpointId.of("g-load", "echo");
        assertThat(loads().load(endpoint).lastRequestAgoMillis()).isEqualTo(Long.MAX_VALUE);
        await().atMost(SOON).until(() -> holder.get(endpoint("g-load", "echo")).status() == 200);
        await().atMost(Duration.ofSeconds(3))
                .until(() -> loads().load(endpoint).lastRequestAgoMillis() < 10_000);
        assertThat(loads().load(endpoint).queued()).isZero();
    }

    @Test
    void theUseOfATokenIsNoted() {
        Client holder = tenant("g-used", List.of());
        publish("g-used", "echo", 1_000_060);
        await().atMost(SOON).until(() -> holder.get(endpoint("g-used", "echo")).status() == 200);
        await().atMost(Duration.ofSeconds(10))
                .until(
                        () ->
                                admin.get("/api/v1/tenants/g-used/tokens")
                                        .json()
                                        .get("items")
                                        .get(0)
                                        .has("lastUsedAt"));
    }

    private LoadSource loads() {
        return platform.bean(LoadSource.class);
    }

    private String endpoint(String tenant, String deployment) {
        return platform.gatewayUrl() + "/e/" + tenant + "/" + deployment + "/";
    }

    private Client tenant(String name, List<String> deployments) {
        admin.post("/api/v1/tenants", Map.of("name", name));
        return platform.client(
                admin.post(
                                "/api/v1/tenants/" + name + "/tokens",
                                Map.of(
                                        "name",
                                        "caller",
                                        "scopes",
                                        List.of("invoke"),
                                        "deployments",
                                        deployments))
                        .json()
                        .get("token")
                        .stringValue());
    }

    private void publish(String tenant, String deployment, long generation) {
        platform.bean(RoutePublisher.class)
                .publish(
                        new Route(
                                EndpointId.of(tenant, deployment),
                                generation,
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
                                                                deployment + "-1",
                                                                "127.0.0.1",
                                                                upstream.getAddress().getPort(),
                                                                4))))));
    }
}
