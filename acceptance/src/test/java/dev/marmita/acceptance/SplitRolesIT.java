package dev.marmita.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The two planes as processes of their own, PostgreSQL and S3 outside of both: what goes on when which of them
 * is gone.
 */
class SplitRolesIT {

    /** Seconds for which S3 is gone; a minute with {@code -Dmarmita.s3.outage=60}. */
    private static final Duration OUTAGE =
            Duration.ofSeconds(Integer.getInteger("marmita.s3.outage", 5));

    @TempDir static Path folder;
    static SplitInstallation installation;
    static World world;
    static Control caller;

    @BeforeAll
    static void start() throws Exception {
        installation = new SplitInstallation(folder.toRealPath());
        world = new World(installation);
        world.pushModel("identity", "one");
        world.pushEcho("first");
        world.tenant("acme");
        caller = world.admin().as(world.token("acme", List.of("invoke")));
        world.deploy("acme", "steady", world.spec("online", "echo", "identity", 1));
        world.awaitReplicas("acme", "steady", 1);
    }

    @AfterAll
    static void stop() throws Exception {
        if (installation != null) {
            installation.close();
        }
    }

    private static Control.Answer echo(Control by, String deployment) throws Exception {
        return by.call("acme/" + deployment, "/echo", Map.of("value", 1, "millis", 0));
    }

    @Test
    void theGatewayGoesOnWithoutControlPlaneAndDatabaseAndUsageIsNotLost() throws Exception {
        JsonNode before = replica();
        try (Fire fire = new Fire(caller, "acme/steady", 2, 10)) {
            await().until(() -> fire.answered() > 10);
            installation.killControl();
            installation.stopPostgres();
            int after = fire.answered();
            await().atMost(Duration.ofSeconds(60)).until(() -> fire.answered() > after + 300);
            assertThat(fire.failures()).isEmpty();
        }

        // A gateway that starts now knows its routes and tokens from its disk.
        installation.killGateway();
        installation.startGateway();
        Control again = caller.at(installation.gatewayUrl());
        assertThat(echo(again, "steady").status()).isEqualTo(200);
        assertThat(echo(again.as("wrong"), "steady").status()).isEqualTo(401);

        installation.startPostgres();
        installation.startControl();
        world.reconnect();
        caller = world.admin().as(caller.token());
        world.awaitReplicas("acme", "steady", 1);
        JsonNode adopted = replica();
        assertThat(adopted.path("id")).as("the same runner").isEqualTo(before.path("id"));
        assertThat(adopted.path("restarts").asInt()).isZero();
        assertThat(echo(caller, "steady").status()).isEqualTo(200);

        // From its start until now without a gap, and not twice: one row is one replica's.
        Instant started = Instant.parse(adopted.path("startedAt").asString());
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> {
                            double seconds = usage("steady");
                            double lived =
                                    Duration.between(started, Instant.now()).toMillis() / 1000.0;
                            assertThat(seconds).isBetween(lived - 10, lived + 1);
                        });
        assertThat(world.admin().get("/audit/verify").json().path("whole").asBoolean()).isTrue();
    }

    private static JsonNode replica() throws Exception {
        return world.deployment("acme", "steady").path("status").path("replicas").get(0);
    }

    private static double usage(String deployment) throws Exception {
        return world.admin()
                .get("/tenants/acme/usage?from=2026-01-01")
                .expect(200)
                .json()
                .path("items")
                .valueStream()
                .filter(item -> item.path("deployment").asString().equals(deployment))
                .mapToDouble(item -> item.path("replicaSeconds").asDouble())
                .sum();
    }

    @Test
    void anOutageOfTheObjectStoreDelaysUploadsAndNothingElse() throws Exception {
        world.deploy("acme", "sleepy", world.spec("on-demand", "echo", "identity", 1));
        await().atMost(Duration.ofSeconds(90)).until(() -> echo(caller, "sleepy").status() == 200);
        world.awaitReplicas("acme", "sleepy", 0);
        byte[] content = new byte[20 << 20];
        new Random(11).nextBytes(content);
        String digest = Control.digest(content);
        String id =
                world.admin()
                        .post("/uploads", Map.of("digest", digest, "size", content.length))
                        .expect(201)
                        .json()
                        .path("id")
                        .asString();
        int half = 10 << 20;
        put(id, 0, Arrays.copyOfRange(content, 0, half)).expect(200);

        installation.s3().available(false);
        Instant back = Instant.now().plus(OUTAGE);
        Control.Answer refused = put(id, half, Arrays.copyOfRange(content, half, content.length));
        assertThat(refused.status()).as(refused.body()).isEqualTo(503);
        assertThat(refused.json().path("type").asString())
                .isEqualTo("urn:marmita:error:storage-unavailable");
        assertThat(refused.response().headers().firstValue("Retry-After")).isPresent();
        assertThat(echo(caller, "sleepy").status())
                .as("a start finds what it needs in the cache")
                .isEqualTo(200);
        try (Fire fire = new Fire(caller, "acme/steady", 1, 20)) {
            await().atMost(OUTAGE.plusSeconds(60)).until(() -> Instant.now().isAfter(back));
            assertThat(fire.failures()).isEmpty();
        }
        assertThat(installation.s3().refused()).isPositive();

        installation.s3().available(true);
        int offset = world.admin().get("/uploads/" + id).expect(200).json().path("offset").asInt();
        assertThat(offset).isGreaterThanOrEqualTo(half);
        put(id, offset, Arrays.copyOfRange(content, offset, content.length)).expect(200);
        world.admin().post("/uploads/" + id + "/complete", Map.of()).expect(200);
    }

    private static Control.Answer put(String id, int offset, byte[] bytes) throws Exception {
        return world.admin().putBytes("/uploads/" + id + "?offset=" + offset, bytes);
    }

    @Test
    void aModelGoesStraightToTheObjectStoreAndBack() throws Exception {
        byte[] model = Artifacts.identityModel("presigned");
        String digest = Control.digest(model);
        String id =
                world.admin()
                        .post("/uploads", Map.of("digest", digest, "size", model.length))
                        .expect(201)
                        .json()
                        .path("id")
                        .asString();
        JsonNode signed =
                world.admin().post("/uploads/" + id + "/presign", Map.of()).expect(200).json();
        assertThat(signed.path("url").asString()).startsWith(installation.s3().url().toString());
        HttpRequest.Builder direct =
                HttpRequest.newBuilder(URI.create(signed.path("url").asString()))
                        .method(
                                signed.path("method").asString(),
                                BodyPublishers.ofByteArray(model));
        signed.path("headers").properties().stream()
                .filter(header -> !header.getKey().equalsIgnoreCase("host"))
                .filter(header -> !header.getKey().equalsIgnoreCase("content-length"))
                .forEach(header -> direct.header(header.getKey(), header.getValue().asString()));
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(direct.build(), BodyHandlers.ofString()).statusCode())
                    .isEqualTo(200);
            world.admin().post("/uploads/" + id + "/complete", Map.of()).expect(200);
            world.admin()
                    .post("/models", Map.of("name", "direct", "description", "", "tags", Map.of()))
                    .expect(201);
            world.admin().post("/models/direct/versions", Map.of("digest", digest)).expect(201);

            Control.Answer away = world.admin().get("/models/direct/versions/1/content");
            assertThat(away.status()).isEqualTo(307);
            String location = away.response().headers().firstValue("Location").orElseThrow();
            assertThat(location).startsWith(installation.s3().url().toString());
            assertThat(
                            http.send(
                                            HttpRequest.newBuilder(URI.create(location)).build(),
                                            BodyHandlers.ofByteArray())
                                    .body())
                    .isEqualTo(model);
        }
    }
}
