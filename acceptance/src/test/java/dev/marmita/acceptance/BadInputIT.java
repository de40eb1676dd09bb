package dev.marmita.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Garbage at the front door of the control plane: a clear error, and the platform goes on. */
class BadInputIT {

    @TempDir static Path folder;
    static Installation installation;
    static World world;
    static Control admin;

    @BeforeAll
    static void start() throws Exception {
        installation =
                new Installation(
                        folder.resolve("home"),
                        Map.of("MARMITA_PORT", "0", "MARMITA_GATEWAY_PORT", "0"));
        installation.up();
        world = new World(installation);
        admin = world.admin();
        admin.post("/models", Map.of("name", "bad", "description", "", "tags", Map.of()))
                .expect(201);
        admin.post("/services", Map.of("name", "bad", "description", "", "tags", Map.of()))
                .expect(201);
    }

    @AfterAll
    static void stop() throws Exception {
        installation.close();
    }

    @Test
    void refusesBytesThatAreNoModel() throws Exception {
        refusedModel("this is no model".getBytes(StandardCharsets.UTF_8));
        byte[] truncated = java.util.Arrays.copyOf(Artifacts.identityModel("x"), 40);
        refusedModel(truncated);
        refusedModel(new byte[0]);
    }

    @Test
    void refusesBundlesThatWouldHurt() throws Exception {
        refusedBundle(Artifacts.zip(new Artifacts.Entry("../../evil.jar", new byte[10])), "..");
        refusedBundle(
                Artifacts.zip(new Artifacts.Entry("lib/a.jar", new byte[10])), "service.yaml");
        byte[] manifest =
                "name: bad\nclass: nowhere.Missing\nmodels: {}\n".getBytes(StandardCharsets.UTF_8);
        refusedBundle(
                Artifacts.zip(
                        new Artifacts.Entry("service.yaml", manifest),
                        new Artifacts.Entry("lib/zeros.jar", new byte[600 << 20])),
                "");
        refusedBundle("no zip".getBytes(StandardCharsets.UTF_8), "");
    }

    @Test
    void refusesContentThatIsNotItsDigest() throws Exception {
        String digest = Control.digest(new byte[] {1});
        String id =
                admin.post("/uploads", Map.of("digest", digest, "size", 3))
                        .expect(201)
                        .json()
                        .path("id")
                        .asString();
        admin.putBytes("/uploads/" + id + "?offset=0", new byte[] {1, 2, 3});
        Control.Answer answer = admin.post("/uploads/" + id + "/complete", Map.of()).expect(422);
        assertThat(answer.json().path("type").asString()).startsWith("urn:marmita:error:");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tenants", "/models", "/uploads"})
    void refusesDeepJson(String path) throws Exception {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        Control.Answer answer = admin.post(path, Control.JSON.readTree("{}"));
        assertThat(answer.status()).isBetween(400, 422);
        var raw =
                java.net.http.HttpRequest.newBuilder(
                                java.net.URI.create(
                                        installation.connection().url() + "/api/v1" + path))
                        .header("Authorization", "Bearer " + installation.connection().adminToken())
                        .header("Content-Type", "application/json")
                        .POST(
                                java.net.http.HttpRequest.BodyPublishers.ofString(
                                        "{\"name\":" + deep + "}"))
                        .build();
        try (var http = java.net.http.HttpClient.newHttpClient()) {
            assertThat(
                            http.send(raw, java.net.http.HttpResponse.BodyHandlers.ofString())
                                    .statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void namesTheFieldThatIsWrongInADeployment() throws Exception {
        world.admin()
                .post(
                        "/tenants",
                        Map.of("name", "fields", "displayName", "f", "plan", "enterprise"))
                .expect(201);
        Control.Answer unknown =
                admin.put(
                        "/tenants/fields/deployments/d",
                        Map.of("service", "echo", "modle", Map.of(), "mode", "online"));
        assertThat(unknown.status()).isBetween(400, 422);
        assertThat(unknown.body()).contains("modle");
        Control.Answer wrong =
                admin.put(
                        "/tenants/fields/deployments/d",
                        Map.of("service", "nothing-there", "mode", "online"));
        assertThat(wrong.status()).isBetween(400, 422);
        assertThat(wrong.body()).contains("nothing-there");
    }

    private void refusedModel(byte[] content) throws Exception {
        Control.Answer answer =
                content.length == 0
                        ? admin.post(
                                "/uploads", Map.of("digest", Control.digest(content), "size", 0))
                        : admin.post(
                                "/models/bad/versions", Map.of("digest", admin.upload(content)));
        assertThat(answer.status()).as(answer.body()).isBetween(400, 422);
        assertThat(answer.json().path("detail").asString())
                .isNotBlank()
                .doesNotContain("Exception");
        assertThat(admin.get("/models/bad/versions").json().path("items")).isEmpty();
    }

    private void refusedBundle(byte[] content, String reason) throws Exception {
        Control.Answer answer =
                admin.post("/services/bad/versions", Map.of("digest", admin.upload(content)));
        assertThat(answer.status()).as(answer.body()).isBetween(400, 422);
        assertThat(answer.json().path("detail").asString()).isNotBlank().contains(reason);
        assertThat(admin.get("/services/bad/versions").json().path("items")).isEmpty();
    }
}
