package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.marmita.embedded.EmbeddedPostgres;
import dev.marmita.embedded.EmbeddedS3;
import dev.marmita.platform.secrets.MasterKeys;
import dev.marmita.routing.Access;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Route;
import dev.marmita.scheduler.LoadSource;
import dev.marmita.scheduler.RoutePublisher;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Control plane and gateway apart, on a database and a store that others run. */
class RolesTest {

    private static final Duration SOON = Duration.ofSeconds(2);

    private final Path root = RunningPlatform.newHome();

    @Test
    void aGatewayOfItsOwnServesWithoutTheControlPlaneAndWithoutTheDatabase() throws Exception {
        HttpServer upstream = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        upstream.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        upstream.start();
        EmbeddedPostgres postgres =
                EmbeddedPostgres.start(new EmbeddedPostgres.Settings(root.resolve("pg"), 0));
        try (var s3 =
                EmbeddedS3.start(new EmbeddedS3.Settings(root.resolve("s3"), 0, "key", "secret"))) {
            String[] database = {
                "--marmita.database.url=" + postgres.jdbcUrl(),
                "--marmita.database.user=" + postgres.user(),
                "--marmita.database.password=" + postgres.password()
            };
            var control =
                    RunningPlatform.start(
                            root.resolve("control"),
                            database[0],
                            database[1],
                            database[2],
                            "--marmita.role=control",
                            "--marmita.secrets.key-file=" + masterKey(),
                            "--marmita.gateway.public-url=https://models.example.org/",
                            "--marmita.registry.s3.endpoint=" + s3.endpoint(),
                            "--marmita.registry.s3.access-key=key",
                            "--marmita.registry.s3.secret-key=secret");
            var gateway =
                    RunningPlatform.start(
                            root.resolve("gateway"),
                            database[0],
                            database[1],
                            database[2],
                            "--marmita.role=gateway",
                            "--marmita.gateway.id=gateway-1");
            assertThat(control.gatewayUrl()).isEqualTo("https://models.example.org");
            Client holder = tenant(control);
            String url = url(gateway);
            publish(control, upstream.getAddress().getPort());
            await().atMost(SOON).until(() -> holder.get(url).status() == 200);
            EndpointId endpoint = EndpointId.of("roles", "echo");
            LoadSource loads = control.bean(LoadSource.class);
            await().atMost(Duration.ofSeconds(5))
                    .until(() -> loads.load(endpoint).lastRequestAgoMillis() < 10_000);
            await().atMost(Duration.ofSeconds(5)).until(() -> loads.settled(endpoint, 1_000_000));

            control.stop();
            assertThat(holder.get(url).status()).isEqualTo(200);
            postgres.close();
            assertThat(holder.get(url).status()).isEqualTo(200);

            // Started again with nothing but what it kept on disk.
            gateway.stop();
            var again =
                    RunningPlatform.start(
                            root.resolve("gateway"),
                            database[0],
                            database[1],
                            database[2],
                            "--marmita.role=gateway");
            assertThat(holder.get(url(again)).status()).isEqualTo(200);
            again.stop();
        } finally {
            postgres.close();
            upstream.stop(0);
        }
    }

    private Path masterKey() throws IOException {
        return Files.writeString(
                root.resolve("master.key"), MasterKeys.newFile(new SecureRandom()));
    }

    @Test
    void theControlRoleWithoutAUsableMasterKeySaysWhatItNeeds() throws IOException {
        String[] control = {"--marmita.role=control", "--marmita.database.url=jdbc:none"};
        assertThatThrownBy(() -> RunningPlatform.start(root.resolve("bare"), control))
                .hasStackTraceContaining("set marmita.secrets.key-file");
        Path file = Files.writeString(root.resolve("wrong.key"), "c2hvcnQ=\n");
        assertThatThrownBy(
                        () ->
                                RunningPlatform.start(
                                        root.resolve("bare"),
                                        control[0],
                                        control[1],
                                        "--marmita.secrets.key-file=" + file))
                .hasStackTraceContaining("marmita.secrets.key-file=" + file)
                .hasStackTraceContaining("no key of 32 bytes in line 1");
    }

    @Test
    void aRoleWithoutADatabaseSaysWhatItNeeds() {
        assertThatThrownBy(
                        () -> RunningPlatform.start(root.resolve("bare"), "--marmita.role=gateway"))
                .hasStackTraceContaining("marmita.database.url");
        assertThatThrownBy(() -> RunningPlatform.start(root.resolve("bare"), "--marmita.role=boss"))
                .hasStackTraceContaining("all, control or gateway");
    }

    private static Client tenant(RunningPlatform control) {
        Client admin = control.admin();
        admin.post("/api/v1/tenants", Map.of("name", "roles"));
        return control.client(
                admin.post(
                                "/api/v1/tenants/roles/tokens",
                                Map.of("name", "x", "scopes", List.of("invoke")))
                        .json()
                        .get("token")
                        .stringValue());
    }

    private static String url(RunningPlatform gateway) {
        return "http://127.0.0.1:" + gateway.bean(GatewayServer.class).port() + "/e/roles/echo/";
    }

    private static void publish(RunningPlatform control, int port) {
        control.bean(RoutePublisher.class)
                .publish(
                        new Route(
                                EndpointId.of("roles", "echo"),
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
                                                                port,
                                                                4))))));
    }
}
