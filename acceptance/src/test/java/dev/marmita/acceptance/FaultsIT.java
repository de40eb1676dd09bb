package dev.marmita.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Processes are killed while they work: nothing accepted is lost, nothing half-written is seen. */
class FaultsIT {

    @TempDir static Path folder;
    static Installation installation;
    static World world;
    static int tests;
    String tenant;
    String token;

    @BeforeAll
    static void start() throws Exception {
        installation =
                new Installation(
                        folder.resolve("home"),
                        Map.of("MARMITA_PORT", "0", "MARMITA_GATEWAY_PORT", "0"));
        installation.up();
        world = new World(installation);
        world.pushModel("identity", "one");
        world.pushEcho("first");
    }

    @BeforeEach
    void makeTenant() throws Exception {
        tenant = "acme-" + ++tests;
        world.tenant(tenant);
        token = world.token(tenant, List.of("invoke"));
    }

    @AfterEach
    void removeTenant() throws Exception {
        world.admin().delete("/tenants/" + tenant + "?cascade=true");
        await().atMost(Duration.ofSeconds(60)).until(() -> runnerPids().isEmpty());
    }

    /** The tenant's own caller; after a restart of the platform at its new address. */
    private Control caller() {
        return world.admin().as(token);
    }

    @AfterAll
    static void stop() throws Exception {
        installation.close();
        assertThat(installation.processes()).as("processes left behind").isEmpty();
    }

    @Test
    void uploadGoesOnAfterThePlatformWasKilled() throws Exception {
        byte[] content = new byte[24 << 20];
        new Random(7).nextBytes(content);
        byte[] model = Artifacts.identityModel("after the crash");
        String digest = Control.digest(content);
        JsonNode upload =
                world.admin()
                        .post("/uploads", Map.of("digest", digest, "size", content.length))
                        .expect(201)
                        .json();
        String id = upload.path("id").asString();
        int half = 16 << 20;
        world.admin()
                .putBytes("/uploads/" + id + "?offset=0", Arrays.copyOf(content, half))
                .expect(200);

        installation.killPlatform();
        installation.up();
        world.reconnect();

        long offset =
                world.admin().get("/uploads/" + id).expect(200).json().path("offset").asLong();
        assertThat(offset).as("acknowledged bytes").isEqualTo(half);
        world.admin()
                .putBytes(
                        "/uploads/" + id + "?offset=" + offset,
                        Arrays.copyOfRange(content, half, content.length))
                .expect(200);
        world.admin().post("/uploads/" + id + "/complete", Map.of()).expect(200);
        assertThat(world.push("models", "survivor", model)).isEqualTo(1);
    }

    @Test
    void runnersOutliveThePlatformAndAreAdopted() throws Exception {
        world.deploy(tenant, "steady", world.spec("online", "echo", "identity", 2));
        world.awaitReplicas(tenant, "steady", 2);
        var before = runnerPids();

        installation.killPlatform();
        assertThat(runnerPids()).isEqualTo(before);
        installation.up();
        world.reconnect();

        world.awaitReplicas(tenant, "steady", 2);
        assertThat(runnerPids()).isEqualTo(before);
        caller().call(tenant + "/steady", "/echo", Map.of("value", 3, "millis", 0)).expect(200);
    }

    @Test
    void rollOutIsFinishedAfterThePlatformWasKilled() throws Exception {
        world.deploy(tenant, "rolling", world.spec("online", "echo", "identity@1", 2));
        world.awaitReplicas(tenant, "rolling", 2);
        int two = world.pushModel("identity", "two");
        world.deploy(tenant, "rolling", world.spec("online", "echo", "identity@" + two, 2));

        installation.killPlatform();
        installation.up();
        world.reconnect();

        world.awaitReplicas(tenant, "rolling", 2);
        await().atMost(Duration.ofSeconds(5))
                .until(
                        () ->
                                caller().call(
                                                        tenant + "/rolling",
                                                        "/echo",
                                                        Map.of("value", 1, "millis", 0))
                                                .status()
                                        == 200);
        assertThat(
                        caller().call(tenant + "/rolling", "/echo", Map.of("value", 1, "millis", 0))
                                .json()
                                .path("version")
                                .asString())
                .isEqualTo(Integer.toString(two));
    }

    @Test
    void killedRunnerIsReplacedAndClientsSeeResultsOrClearErrors() throws Exception {
        world.deploy(tenant, "steady", world.spec("online", "echo", "identity", 2));
        world.awaitReplicas(tenant, "steady", 2);

        try (Fire fire = new Fire(caller(), tenant + "/steady", 4, 20)) {
            await().until(() -> fire.answered() > 20);
            ProcessHandle.of(runnerPids().iterator().next()).orElseThrow().destroyForcibly();
            int after = fire.answered();
            await().atMost(Duration.ofSeconds(60)).until(() -> fire.answered() > after + 200);
            assertThat(fire.failures())
                    .as("failures")
                    .hasSizeLessThanOrEqualTo(4)
                    .allSatisfy(failure -> assertThat(failure).matches("50[234] \\{\"error\".*"));
        }
        world.awaitReplicas(tenant, "steady", 2);
    }

    @Test
    void endpointsServeWhilePostgresqlIsKilled() throws Exception {
        world.deploy(tenant, "steady", world.spec("online", "echo", "identity", 1));
        world.awaitReplicas(tenant, "steady", 1);

        try (Fire fire = new Fire(caller(), tenant + "/steady", 2, 10)) {
            await().until(() -> fire.answered() > 10);
            var postgres = installation.processes("/bin/postgres");
            assertThat(postgres).isNotEmpty();
            postgres.forEach(ProcessHandle::destroyForcibly);
            int after = fire.answered();
            await().atMost(Duration.ofSeconds(60))
                    .until(
                            () ->
                                    fire.answered() > after + 100
                                            && world.admin().get("/tenants/" + tenant).status()
                                                    == 200);
            assertThat(fire.failures()).isEmpty();
        }
        assertThat(world.pushModel("identity", "after the crash of PostgreSQL")).isGreaterThan(1);
    }

    @Test
    void replicaThatEatsTooMuchMemoryIsReplacedAndSaysSo() throws Exception {
        world.deploy(tenant, "hungry", world.spec("online", "echo", "identity", 1));
        world.awaitReplicas(tenant, "hungry", 1);

        assertThat(caller().call(tenant + "/hungry", "/eat", Map.of("mebibytes", 2_000)).status())
                .isBetween(500, 504);

        await().atMost(Duration.ofSeconds(60))
                .until(
                        () ->
                                world.deployment(tenant, "hungry")
                                                .toString()
                                                .contains("OutOfMemory")
                                        || world.admin()
                                                .get("/tenants/" + tenant + "/deployments/hungry")
                                                .body()
                                                .contains("\"restarts\":1"));
        await().atMost(Duration.ofSeconds(90))
                .until(
                        () ->
                                caller().call(
                                                        tenant + "/hungry",
                                                        "/echo",
                                                        Map.of("value", 1, "millis", 0))
                                                .status()
                                        == 200);
    }

    /** Of replicas; a run that trains an AOT cache is none. */
    private Set<Long> runnerPids() throws Exception {
        return installation
                .processes(
                        "dev.marmita.runner.RunnerMain "
                                + installation.home().resolve("scheduler/replicas"))
                .stream()
                .filter(process -> process.info().command().orElse("").endsWith("java"))
                .map(ProcessHandle::pid)
                .collect(Collectors.toSet());
    }
}
