package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

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
}
