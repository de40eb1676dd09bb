package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

@ExtendWith(SharedPlatform.class)
class TenantsTest {

    private final RunningPlatform platform;
    private final Client admin;

    TenantsTest(RunningPlatform platform) {
        this.platform = platform;
        this.admin = platform.admin();
    }

    @Test
    void createsListsAndDeletesATenant() {
        var created = admin.post("/api/v1/tenants", Map.of("name", "t-life", "plan", "business"));
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().get("state").stringValue()).isEqualTo("active");
        assertThat(created.json().get("displayName").stringValue()).isEqualTo("t-life");

        assertThat(admin.get("/api/v1/tenants/t-life").status()).isEqualTo(200);
        assertThat(admin.post("/api/v1/tenants", Map.of("name", "t-life")).status()).isEqualTo(409);

        assertThat(admin.delete("/api/v1/tenants/t-life").status()).isEqualTo(204);
        assertThat(admin.get("/api/v1/tenants/t-life").status()).isEqualTo(404);
    }

    @Test
    void pagesThroughTenantsInOrder() {
        for (String name : List.of("t-page-a", "t-page-b", "t-page-c")) {
            admin.post("/api/v1/tenants", Map.of("name", name));
        }
        var names = new java.util.ArrayList<String>();
        String next = "";
        do {
            var page = admin.get("/api/v1/tenants?pageSize=1&pageToken=" + next).json();
            page.get("items").forEach(item -> names.add(item.get("name").stringValue()));
            next = page.has("nextPageToken") ? page.get("nextPageToken").stringValue() : "";
        } while (!next.isEmpty());
        assertThat(names).isSorted().contains("t-page-a", "t-page-b", "t-page-c");
    }

    @Test
    void refusesAPlanThatIsNotConfigured() {
        var refused = admin.post("/api/v1/tenants", Map.of("name", "t-plan", "plan", "golden"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().get("errors").get(0).get("field").stringValue())
                .isEqualTo("plan");
    }

    @Test
    void aTokenIsShownOnceAndStoredAsItsHashOnly() throws Exception {
        admin.post("/api/v1/tenants", Map.of("name", "t-token"));
        var created =
                admin.post(
                        "/api/v1/tenants/t-token/tokens",
                        Map.of("name", "ci", "scopes", List.of("read"), "expiresIn", "90d"));
        assertThat(created.status()).isEqualTo(201);
        String token = created.json().get("token").stringValue();
        assertThat(token).matches("mmt_[0-9A-Za-z]{8}_[0-9A-Za-z]{38}");

        var listed = admin.get("/api/v1/tenants/t-token/tokens");
        assertThat(listed.body()).contains(created.json().get("id").stringValue());
        assertThat(listed.body()).doesNotContain(token.substring(13));
        String secret = token.substring(13, 45);
        assertThat(Database.dump(platform)).doesNotContain(secret).doesNotContain(token);
    }

    @Test
    void aRevokedTokenIsRefusedAtOnce() {
        admin.post("/api/v1/tenants", Map.of("name", "t-revoke"));
        var created =
                admin.post(
                                "/api/v1/tenants/t-revoke/tokens",
                                Map.of("name", "x", "scopes", List.of("read")))
                        .json();
        Client holder = platform.client(created.get("token").stringValue());
        assertThat(holder.get("/api/v1/tenants/t-revoke").status()).isEqualTo(200);

        assertThat(
                        admin.delete(
                                        "/api/v1/tenants/t-revoke/tokens/"
                                                + created.get("id").stringValue())
                                .status())
                .isEqualTo(204);
        assertThat(holder.get("/api/v1/tenants/t-revoke").status()).isEqualTo(401);
    }

    @Test
    void aTokenOfADeletedTenantIsDead() {
        admin.post("/api/v1/tenants", Map.of("name", "t-gone"));
        String token =
                admin.post(
                                "/api/v1/tenants/t-gone/tokens",
                                Map.of("name", "x", "scopes", List.of("admin")))
                        .json()
                        .get("token")
                        .stringValue();
        assertThat(platform.client(token).get("/api/v1/tenants/t-gone").status()).isEqualTo(200);
        admin.delete("/api/v1/tenants/t-gone");
        assertThat(platform.client(token).get("/api/v1/tenants/t-gone").status()).isEqualTo(401);
    }

    @Test
    void aTenantAdministratorStaysInItsTenant() {
        admin.post("/api/v1/tenants", Map.of("name", "t-own"));
        admin.post("/api/v1/tenants", Map.of("name", "t-other"));
        String token =
                admin.post(
                                "/api/v1/tenants/t-own/tokens",
                                Map.of("name", "x", "scopes", List.of("admin")))
                        .json()
                        .get("token")
                        .stringValue();
        Client owner = platform.client(token);
        var made =
                owner.post(
                        "/api/v1/tenants/t-own/tokens",
                        Map.of("name", "y", "scopes", List.of("invoke")));
        assertThat(made.status()).isEqualTo(201);
        assertThat(owner.get("/api/v1/tenants/t-other").status()).isEqualTo(404);
        assertThat(owner.get("/api/v1/tenants").status()).isEqualTo(403);
        assertThat(owner.post("/api/v1/models", Map.of("name", "m")).status()).isEqualTo(403);
    }

    @Test
    void aRotatedTokenIsGoodForTheOverlapYet() {
        admin.post("/api/v1/tenants", Map.of("name", "t-rotate"));
        var old =
                admin.post(
                                "/api/v1/tenants/t-rotate/tokens",
                                Map.of("name", "ci", "scopes", List.of("read"), "expiresIn", "90d"))
                        .json();
        String path = "/api/v1/tenants/t-rotate/tokens/" + old.get("id").stringValue();

        var rotated = admin.post(path + "/rotate", Map.of("overlap", "2s"));

        assertThat(rotated.status()).as(rotated.body()).isEqualTo(201);
        var fresh = rotated.json();
        assertThat(fresh.get("name")).isEqualTo(old.get("name"));
        assertThat(fresh.get("scopes")).isEqualTo(old.get("scopes"));
        assertThat(
                        Duration.between(
                                Instant.parse(fresh.get("createdAt").stringValue()),
                                Instant.parse(fresh.get("expiresAt").stringValue())))
                .as("as long as the old one's life was")
                .isEqualTo(Duration.ofDays(90));
        assertThat(reads(fresh, "t-rotate")).isEqualTo(200);
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(reads(old, "t-rotate")).isEqualTo(401));
        assertThat(reads(fresh, "t-rotate")).isEqualTo(200);
        assertThat(admin.post(path + "/rotate", Map.of()).status())
                .as("what has ended is not rotated")
                .isEqualTo(409);
    }

    private int reads(JsonNode token, String tenant) {
        return platform.client(token.get("token").stringValue())
                .get("/api/v1/tenants/" + tenant)
                .status();
    }

    @Test
    void furtherAdministratorsComeAndGo() {
        var made = admin.post("/api/v1/tokens", Map.of("name", "ana", "expiresIn", "30d"));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        Client ana = platform.client(made.json().get("token").stringValue());
        assertThat(ana.post("/api/v1/tenants", Map.of("name", "t-anas")).status()).isEqualTo(201);
        assertThat(ana.get("/api/v1/tokens").body()).contains("\"ana\"");

        String path = "/api/v1/tokens/" + made.json().get("id").stringValue();
        assertThat(admin.delete(path).status()).isEqualTo(204);
        assertThat(ana.get("/api/v1/tokens").status()).isEqualTo(401);
        assertThat(
                        admin.post(
                                        "/api/v1/tokens",
                                        Map.of("name", "x", "scopes", List.of("invoke")))
                                .status())
                .isEqualTo(400);
    }

    @Test
    void theLastAdministratorCannotBeRemoved() {
        List<String> ids = new ArrayList<>();
        admin.get("/api/v1/tokens")
                .json()
                .get("items")
                .forEach(
                        token -> {
                            if (!token.has("revokedAt")) {
                                ids.add(token.get("id").stringValue());
                            }
                        });
        String own = platform.connection().get("adminToken").stringValue().substring(4, 12);
        for (String id : ids) {
            if (!id.equals(own)) {
                admin.delete("/api/v1/tokens/" + id);
            }
        }
        var refused = admin.delete("/api/v1/tokens/" + own);
        assertThat(refused.status()).as(refused.body()).isEqualTo(409);
        assertThat(admin.get("/api/v1/tenants").status()).isEqualTo(200);
    }

    @Test
    void aReaderOfThePlatformReadsEveryTenantAndChangesNone() {
        admin.post("/api/v1/tenants", Map.of("name", "t-seen"));
        Client reader =
                platform.client(
                        admin.post(
                                        "/api/v1/tokens",
                                        Map.of("name", "monitor", "scopes", List.of("read")))
                                .json()
                                .get("token")
                                .stringValue());
        assertThat(reader.get("/api/v1/tenants/t-seen").status()).isEqualTo(200);
        assertThat(reader.delete("/api/v1/tenants/t-seen").status()).isEqualTo(403);
        assertThat(reader.get("/api/v1/tokens").status()).isEqualTo(403);
    }
}
