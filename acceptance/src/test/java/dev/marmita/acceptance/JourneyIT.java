package dev.marmita.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The main job, from push to bill-paying tenant, on one platform. */
class JourneyIT {

    @TempDir static Path folder;
    static Installation installation;
    static World world;
    static Control acme;
    static Control rival;

    @BeforeAll
    static void start() throws Exception {
        installation =
                new Installation(
                        folder.resolve("a home"),
                        Map.of("MARMITA_PORT", "0", "MARMITA_GATEWAY_PORT", "0"));
        installation.up();
        world = new World(installation);
        world.pushModel("identity", "one");
        world.pushEcho("first");
        acme = world.tenant("acme");
        rival = world.tenant("rival");
    }

    @AfterAll
    static void stop() throws Exception {
        installation.close();
        assertThat(installation.processes()).as("processes left behind").isEmpty();
    }

    @Test
    void sleepsAtZeroAndWakesWithoutAFailedRequest() throws Exception {
        world.deploy("acme", "sleepy", world.spec("on-demand", "echo", "identity", 1));

        Control.Answer first =
                acme.call("acme/sleepy", "/echo", Map.of("value", 7.5, "millis", 0)).expect(200);
        assertThat(first.json().path("value").floatValue()).isEqualTo(7.5f);
        world.awaitReplicas("acme", "sleepy", 0);
        assertThat(conditions("sleepy")).contains("ScaledToZero");

        String before = first.json().path("instance").asString();
        Control.Answer second =
                acme.call("acme/sleepy", "/echo", Map.of("value", 1, "millis", 0)).expect(200);
        assertThat(second.json().path("instance").asString()).isNotBlank().isNotEqualTo(before);
    }

    @Test
    void admitsOnlyTheTenantsOwnToken() throws Exception {
        world.deploy("acme", "guarded", world.spec("on-demand", "echo", "identity", 1));
        Map<String, Object> body = Map.of("value", 1, "millis", 0);

        acme.as("mmt_wrong").call("acme/guarded", "/echo", body).expect(401);
        Control.Answer foreign = rival.call("acme/guarded", "/echo", body).expect(404);
        Control.Answer absent = rival.call("acme/nothing", "/echo", body).expect(404);
        assertThat(foreign.body().replace("guarded", "?"))
                .isEqualTo(absent.body().replace("nothing", "?"));
        rival.get("/tenants/acme/deployments/guarded").expect(404);

        acme.call("acme/guarded", "/echo", body).expect(200);
    }

    @Test
    void revokedTokenIsRefusedWithinASecond() throws Exception {
        world.deploy("acme", "revocable", world.spec("online", "echo", "identity", 1));
        world.awaitReplicas("acme", "revocable", 1);
        JsonNode token =
                world.admin()
                        .post(
                                "/tenants/acme/tokens",
                                Map.of("name", "short", "scopes", List.of("invoke")))
                        .expect(201)
                        .json();
        Control holder = world.admin().as(token.path("token").asString());
        Map<String, Object> body = Map.of("value", 1, "millis", 0);
        await().atMost(Duration.ofSeconds(1))
                .until(() -> holder.call("acme/revocable", "/echo", body).status() == 200);

        world.admin().delete("/tenants/acme/tokens/" + token.path("id").asString()).expect(204);

        await().atMost(Duration.ofSeconds(1))
                .until(() -> holder.call("acme/revocable", "/echo", body).status() == 401);
        world.admin().delete("/tenants/acme/deployments/revocable");
    }

    @Test
    void movedLabelRollsOutWithoutALostRequest() throws Exception {
        int one = world.pushModel("moving", "one");
        int two = world.pushModel("moving", "two");
        world.admin().put("/models/moving/labels/production", Map.of("version", one)).expect(200);
        world.deploy("acme", "rolling", world.spec("online", "echo", "moving:production", 2));
        world.awaitReplicas("acme", "rolling", 2);

        try (Fire fire = new Fire(acme, "acme/rolling", 4, 20)) {
            await().until(() -> fire.answered() > 20);
            world.admin()
                    .put(
                            "/models/moving/labels/production",
                            Map.of("version", two, "expected", one))
                    .expect(200);
            await().atMost(Duration.ofSeconds(90))
                    .until(() -> fire.versions().contains(Integer.toString(two)));
            world.awaitReplicas("acme", "rolling", 2);
            int after = fire.answered();
            await().until(() -> fire.answered() > after + 20);
            assertThat(fire.failures()).as(installation.log()).isEmpty();
        }
        assertThat(
                        acme.call("acme/rolling", "/echo", Map.of("value", 1, "millis", 0))
                                .json()
                                .path("version")
                                .asString())
                .isEqualTo(Integer.toString(two));

        int revision = world.deployment("acme", "rolling").path("revision").asInt();
        world.admin()
                .post(
                        "/tenants/acme/deployments/rolling/rollback",
                        Map.of("revision", revision - 1))
                .expect(200);
        await().atMost(Duration.ofSeconds(90))
                .until(
                        () ->
                                acme.call("acme/rolling", "/echo", Map.of("value", 1, "millis", 0))
                                        .json()
                                        .path("version")
                                        .asString()
                                        .equals(Integer.toString(one)));
        world.admin().delete("/tenants/acme/deployments/rolling");
    }

    @Test
    void deletedTenantIsGoneAtOnce() throws Exception {
        Control brief = world.tenant("brief");
        world.deploy("brief", "echo", world.spec("online", "echo", "identity", 1));
        int port =
                world.awaitReplicas("brief", "echo", 1)
                        .path("status")
                        .path("replicas")
                        .path(0)
                        .path("port")
                        .asInt();
        assertThat(isListening(port)).isTrue();
        Map<String, Object> body = Map.of("value", 1, "millis", 0);
        brief.call("brief/echo", "/echo", body).expect(200);

        assertThat(world.admin().delete("/tenants/brief?cascade=true").status()).isIn(202, 204);

        await().atMost(Duration.ofSeconds(1))
                .until(() -> brief.call("brief/echo", "/echo", body).status() == 401);
        await().atMost(Duration.ofSeconds(60)).until(() -> !isListening(port));
    }

    private static boolean isListening(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (ConnectException nobody) {
            return false;
        }
    }

    private static String conditions(String name) throws Exception {
        return world.deployment("acme", name).path("status").path("conditions").toString();
    }
}
