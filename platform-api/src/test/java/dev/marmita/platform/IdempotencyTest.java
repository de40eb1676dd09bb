package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedPlatform.class)
class IdempotencyTest {

    private final RunningPlatform platform;
    private final Client admin;

    IdempotencyTest(RunningPlatform platform) {
        this.platform = platform;
        this.admin = platform.admin();
    }

    @Test
    void repeatsTheFirstAnswerAndDoesItOnce() {
        admin.post("/api/v1/tenants", Map.of("name", "i-once"));
        var body = Map.of("name", "ci", "scopes", List.of("read"));
        var key = Map.of("Idempotency-Key", "k-1");
        var first = admin.post("/api/v1/tenants/i-once/tokens", body, key);
        var second = admin.post("/api/v1/tenants/i-once/tokens", body, key);

        assertThat(first.status()).isEqualTo(201);
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(second.header("Idempotency-Replayed")).isEqualTo("true");
        assertThat(second.header("Content-Type")).isEqualTo(first.header("Content-Type"));
        assertThat(admin.get("/api/v1/tenants/i-once/tokens").json().get("items")).hasSize(1);
        assertThat(Database.dump(platform))
                .doesNotContain(first.json().get("token").stringValue().substring(13));
    }

    @Test
    void refusesTheKeyForAnotherBody() {
        var key = Map.of("Idempotency-Key", "k-2");
        assertThat(admin.post("/api/v1/tenants", Map.of("name", "i-two"), key).status())
                .isEqualTo(201);
        var other = admin.post("/api/v1/tenants", Map.of("name", "i-three"), key);
        assertThat(other.status()).isEqualTo(422);
        assertThat(other.json().get("type").stringValue()).endsWith("idempotency-mismatch");
    }

    @Test
    void mayBeTriedAgainAfterAFailure() {
        var key = Map.of("Idempotency-Key", "k-3");
        var body = Map.of("name", "ci", "scopes", List.of("read"));
        assertThat(admin.post("/api/v1/tenants/i-late/tokens", body, key).status()).isEqualTo(404);
        admin.post("/api/v1/tenants", Map.of("name", "i-late"));
        assertThat(admin.post("/api/v1/tenants/i-late/tokens", body, key).status()).isEqualTo(201);
    }

    @Test
    void doesItOnceAlsoWhenAskedAtTheSameMoment() throws Exception {
        admin.post("/api/v1/tenants", Map.of("name", "i-race"));
        Callable<Integer> call =
                () ->
                        admin.post(
                                        "/api/v1/tenants/i-race/tokens",
                                        Map.of("name", "ci", "scopes", List.of("read")),
                                        Map.of("Idempotency-Key", "k-race"))
                                .status();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = threads.invokeAll(java.util.Collections.nCopies(8, call));
            for (var answer : answers) {
                assertThat(answer.get()).isIn(201, 409);
            }
        }
        assertThat(admin.get("/api/v1/tenants/i-race/tokens").json().get("items")).hasSize(1);
    }

    @Test
    void keysOfDifferentCallersAreDifferent() {
        admin.post("/api/v1/tenants", Map.of("name", "i-a"));
        admin.post("/api/v1/tenants", Map.of("name", "i-b"));
        var body = Map.of("name", "x", "scopes", List.of("admin"));
        Client a = holder("i-a", body);
        Client b = holder("i-b", body);
        var key = Map.of("Idempotency-Key", "k-shared");
        assertThat(a.post("/api/v1/tenants/i-a/tokens", body, key).status()).isEqualTo(201);
        var second = b.post("/api/v1/tenants/i-b/tokens", body, key);
        assertThat(second.status()).isEqualTo(201);
        assertThat(second.header("Idempotency-Replayed")).isEmpty();
    }

    private Client holder(String tenant, Map<String, ?> body) {
        return platform.client(
                admin.post("/api/v1/tenants/" + tenant + "/tokens", body)
                        .json()
                        .get("token")
                        .stringValue());
    }
}
