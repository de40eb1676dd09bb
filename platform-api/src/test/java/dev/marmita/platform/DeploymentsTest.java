package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** From a push to an answer, with a real runner. */
@ExtendWith(SharedPlatform.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeploymentsTest {

    private static final Duration START = Duration.ofSeconds(60);
    private static final String SPEC =
            """
            service: sample
            models: {classifier: "e2e-model:production"}
            mode: on-demand
            resources: {cpu: 1, memory: 512Mi}
            scaling: {minReplicas: 0, maxReplicas: 1, idleTimeout: 1h}
            env: {GREETING: hello}
            """;

    private final RunningPlatform platform;
    private final Client admin;
    private Client caller;

    DeploymentsTest(RunningPlatform platform) {
        this.platform = platform;
        this.admin = platform.admin();
    }

    @BeforeAll
    void push() {
        String model = admin.upload(Client.resource("/models/ch_ppocr_mobile_v2.0_cls_infer.onnx"));
        admin.post("/api/v1/models", Map.of("name", "e2e-model"));
        for (String commit : List.of("one", "two")) {
            created(
                    admin.post(
                            "/api/v1/models/e2e-model/versions",
                            Map.of("digest", model, "provenance", Map.of("commit", commit))));
        }
        admin.put("/api/v1/models/e2e-model/labels/production", Map.of("version", 1));
        admin.post("/api/v1/services", Map.of("name", "sample"));
        created(
                admin.post(
                        "/api/v1/services/sample/versions",
                        Map.of("digest", admin.upload(SampleBundle.bytes()))));
        created(admin.post("/api/v1/tenants", Map.of("name", "e2e", "plan", "starter")));
        caller =
                platform.client(
                        created(
                                        admin.post(
                                                "/api/v1/tenants/e2e/tokens",
                                                Map.of("name", "x", "scopes", List.of("invoke"))))
                                .json()
                                .get("token")
                                .stringValue());
    }

    @Test
    void aDeploymentWakesAnswersRollsOutAndRollsBack() {
        String path = "/api/v1/tenants/e2e/deployments/sample";
        var put = put(path, SPEC, Map.of());
        assertThat(put.status()).as(put.body()).isEqualTo(201);
        assertThat(put.header("ETag")).isEqualTo("\"1\"");
        String endpoint = put.json().get("endpoint").stringValue();
        assertThat(endpoint).isEqualTo(platform.gatewayUrl() + "/e/e2e/sample/");

        // The first request waits for the runner that it wakes.
        var answer = caller.post(endpoint + "answer", Map.of("text", "ready?"));
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.json().get("text").stringValue()).isEqualTo("ready?");
        assertThat(answer.json().get("greeting").stringValue()).isEqualTo("hello");
        assertThat(answer.header("Marmita-Replica")).startsWith("sample-1-");
        assertThat(admin.get(path + "/replicas").json().get("items")).hasSize(1);
        assertThat(admin.get(path + "/logs").body()).contains("ready");
        assertThat(admin.get(path + "/logs").header("Content-Type")).startsWith("text/plain");

        // What runs cannot be deleted from under it.
        assertThat(admin.delete("/api/v1/models/e2e-model/versions/1").status()).isEqualTo(409);

        // A moved label makes a revision; no request is lost on the way to it.
        admin.put("/api/v1/models/e2e-model/labels/production", Map.of("version", 2));
        await().atMost(START)
                .until(
                        () -> {
                            var next = caller.post(endpoint + "answer", Map.of("text", "x"));
                            assertThat(next.status()).as(next.body()).isEqualTo(200);
                            return next.header("Marmita-Replica").startsWith("sample-2-");
                        });
        JsonNode diff = admin.get(path + "/revisions/1/diff?to=2").json();
        assertThat(diff.toString()).contains("e2e-model@1", "e2e-model@2");
        assertThat(admin.get(path + "/revisions/2").json().get("cause").stringValue())
                .isEqualTo("labels");

        var stale = put(path, SPEC, Map.of("If-Match", "\"1\""));
        assertThat(stale.status()).isEqualTo(412);

        var back = admin.post(path + "/rollback", Map.of("revision", 1));
        assertThat(back.status()).as(back.body()).isEqualTo(200);
        await().atMost(START)
                .until(
                        () -> {
                            var next = caller.post(endpoint + "answer", Map.of("text", "x"));
                            assertThat(next.status()).as(next.body()).isEqualTo(200);
                            return next.header("Marmita-Replica").startsWith("sample-3-");
                        });

        assertThat(admin.delete(path).status()).isEqualTo(202);
        await().atMost(Duration.ofSeconds(2))
                .until(() -> caller.post(endpoint + "answer", Map.of("text", "x")).status() == 404);
        await().atMost(START).until(() -> admin.get(path).status() == 404);
        assertThat(admin.delete(path).status()).isIn(202, 404);
    }

    @Test
    void namesWhatIsWrongWithASpecification() {
        String path = "/api/v1/tenants/e2e/deployments/wrong";
        assertProblem(put(path, SPEC + "colour: red\n", Map.of()), 400, "colour");
        assertProblem(
                put(path, SPEC.replace("cpu: 1", "cpu: none"), Map.of()), 400, "resources.cpu");
        assertProblem(
                put(path, SPEC.replace("e2e-model:production", "nobody"), Map.of()),
                422,
                "models.classifier");
        assertProblem(put(path, SPEC.replace("cpu: 1", "cpu: 16"), Map.of()), 403, "resources.cpu");
        assertProblem(
                put(
                        path,
                        SPEC.replace("on-demand", "online")
                                .replace("minReplicas: 0", "minReplicas: 1"),
                        Map.of()),
                403,
                "mode");
        assertThat(put(path, "[".repeat(100_000), Map.of()).status()).isEqualTo(400);
        var json =
                admin.put(path, "{\"service\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}");
        assertThat(json.status()).isEqualTo(400);
        assertThat(admin.get(path).status()).isEqualTo(404);
    }

    @Test
    void aDryRunChecksAndChangesNothing() {
        String path = "/api/v1/tenants/e2e/deployments/dry";
        var dry = put(path + "?dryRun=true", SPEC, Map.of());
        assertThat(dry.status()).as(dry.body()).isEqualTo(200);
        assertThat(admin.get(path).status()).isEqualTo(404);
    }

    @Test
    void theSchemaOfDeploymentsIsPublished() {
        var schema = platform.anonymous().get("/api/v1/schemas/deployment.json");
        assertThat(schema.status()).isEqualTo(200);
        assertThat(schema.json().get("properties").has("service")).isTrue();
    }

    private Client.Answer put(String path, String yaml, Map<String, String> headers) {
        var all = new java.util.HashMap<>(headers);
        all.put("Content-Type", "application/yaml");
        return admin.put(path, yaml, all);
    }

    private static void assertProblem(Client.Answer answer, int status, String field) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.json().get("errors").get(0).get("field").stringValue()).isEqualTo(field);
    }

    private static Client.Answer created(Client.Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(201);
        return answer;
    }
}
