package dev.marmita.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionTimeoutException;
import tools.jackson.databind.JsonNode;

/** What most tests need on a fresh platform: a model, a service, tenants with tokens, deployments. */
final class World {

    /** What runs, and how to reach it. */
    interface Platform {
        Installation.Connection connection() throws IOException;

        /** The end of its logs, for failure messages. */
        String log() throws IOException;
    }

    private final Platform installation;
    private Control admin;

    World(Platform installation) throws IOException {
        this.installation = installation;
        this.admin = new Control(installation.connection());
    }

    /** After a restart the ports or tokens may be others. */
    void reconnect() throws IOException {
        admin = new Control(installation.connection());
    }

    Control admin() {
        return admin;
    }

    /** Pushes the identity model, marked, as the next version of {@code name}; its number. */
    int pushModel(String name, String mark) throws IOException, InterruptedException {
        return push("models", name, Artifacts.identityModel(mark));
    }

    int pushEcho(String description) throws IOException, InterruptedException {
        return push("services", "echo", Artifacts.echoBundle(description));
    }

    int push(String kind, String name, byte[] content) throws IOException, InterruptedException {
        String digest = admin.upload(content);
        if (admin.get("/" + kind + "/" + name).status() == 404) {
            admin.post("/" + kind, Map.of("name", name, "description", "", "tags", Map.of()))
                    .expect(201);
        }
        Control.Answer answer =
                admin.post("/" + kind + "/" + name + "/versions", Map.of("digest", digest));
        assertThat(answer.status()).as(answer.body()).isIn(200, 201);
        return answer.json().path("version").asInt();
    }

    /** Makes a tenant and returns the control of a token that may do everything within it. */
    Control tenant(String name) throws IOException, InterruptedException {
        admin.post("/tenants", Map.of("name", name, "displayName", name, "plan", "enterprise"))
                .expect(201);
        return admin.as(token(name, List.of("invoke", "deploy", "read")));
    }

    String token(String tenant, List<String> scopes) throws IOException, InterruptedException {
        return admin.post(
                        "/tenants/" + tenant + "/tokens", Map.of("name", "test", "scopes", scopes))
                .expect(201)
                .json()
                .path("token")
                .asString();
    }

    Map<String, Object> spec(String mode, String service, String model, int replicas) {
        return Map.of(
                "service", service,
                "models", Map.of("model", model),
                "mode", mode,
                "resources", Map.of("cpu", 0.5, "memory", "384Mi"),
                "scaling",
                        Map.of(
                                "minReplicas",
                                mode.equals("online") ? replicas : 0,
                                "maxReplicas",
                                Math.max(1, replicas),
                                "targetConcurrency",
                                4,
                                "idleTimeout",
                                "3s"));
    }

    void deploy(String tenant, String name, Map<String, Object> spec)
            throws IOException, InterruptedException {
        Control.Answer answer = admin.put("/tenants/" + tenant + "/deployments/" + name, spec);
        assertThat(answer.status()).as(answer.body()).isIn(200, 201);
    }

    JsonNode deployment(String tenant, String name) throws IOException, InterruptedException {
        return admin.get("/tenants/" + tenant + "/deployments/" + name).expect(200).json();
    }

    /** Waits until that many replicas of the current revision are ready, and no others are there. */
    JsonNode awaitReplicas(String tenant, String name, int ready) throws IOException {
        try {
            await().atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> settled(tenant, name, ready));
            return deployment(tenant, name);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        } catch (ConditionTimeoutException late) {
            throw new AssertionError(
                    "not settled: " + describe(tenant, name) + "\n" + installation.log(), late);
        }
    }

    private boolean settled(String tenant, String name, int ready)
            throws IOException, InterruptedException {
        JsonNode deployment = deployment(tenant, name);
        JsonNode replicas = deployment.path("status").path("replicas");
        int revision = deployment.path("revision").asInt();
        boolean onlyCurrent =
                replicas.valueStream()
                        .allMatch(replica -> replica.path("revision").asInt() == revision);
        return deployment.path("status").path("readyReplicas").asInt() == ready
                && replicas.size() == ready
                && onlyCurrent;
    }

    private String describe(String tenant, String name) {
        try {
            return deployment(tenant, name).toPrettyString();
        } catch (IOException | InterruptedException gone) {
            return gone.toString();
        }
    }
}
