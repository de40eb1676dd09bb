package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.marmita.platform.audit.DenialJournal;
import dev.marmita.platform.console.session.Sessions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@ExtendWith(SharedPlatform.class)
class AuditTest {

    private final RunningPlatform platform;
    private final Client admin;

    AuditTest(RunningPlatform platform) {
        this.platform = platform;
        this.admin = platform.admin();
    }

    /** What others were denied before is out of the way. */
    @BeforeEach
    void flush() {
        platform.bean(DenialJournal.class).flush();
    }

    private List<JsonNode> written(String path) {
        flush();
        return events(admin, path);
    }

    @Test
    void aChangeIsWrittenDownWithWhoWhatWhenAndWhereFrom() {
        admin.post("/api/v1/tenants", Map.of("name", "au-change"));
        admin.delete("/api/v1/tenants/au-change");

        List<JsonNode> events = events(admin, "/api/v1/audit?resource=au-change");
        JsonNode created = event(events, "tenant.created");
        JsonNode deleted = event(events, "tenant.deleted");
        assertThat(created.get("actor").get("kind").stringValue()).isEqualTo("token");
        assertThat(created.get("actor").get("name").stringValue()).startsWith("administrator (");
        assertThat(created.get("request").stringValue()).isEqualTo("POST /api/v1/tenants");
        assertThat(created.get("source").stringValue()).isEqualTo("127.0.0.1");
        assertThat(created.get("requestId").stringValue()).isNotEmpty();
        assertThat(created.get("before").isNull()).isTrue();
        assertThat(created.get("after").stringValue()).matches("sha256:[0-9a-f]{64}");
        assertThat(deleted.get("after").isNull()).isTrue();
    }

    @Test
    void whoSignsInAndOutIsWrittenDown() {
        admin.post("/api/v1/tenants", Map.of("name", "au-sign-in"));
        JsonNode token =
                admin.post(
                                "/api/v1/tenants/au-sign-in/tokens",
                                Map.of("name", "x", "scopes", List.of("read")))
                        .json();
        String secret = token.get("token").stringValue();
        String wrong = secret.substring(0, secret.length() - 1) + "!";
        assertThat(signIn(wrong).status()).isEqualTo(401);
        assertThat(signIn(wrong).status()).isEqualTo(401);
        String cookie = signIn(secret).header("Set-Cookie").replaceAll(";.*", "");
        String csrf =
                platform.bean(Sessions.class)
                        .find(cookie.replaceAll("^[^=]*=", ""))
                        .orElseThrow()
                        .csrf();
        assertThat(
                        platform.anonymous()
                                .send(
                                        "POST",
                                        "/console/sign-out",
                                        null,
                                        Map.of("Cookie", cookie, "X-CSRF-Token", csrf))
                                .status())
                .isEqualTo(204);

        List<JsonNode> events = written("/api/v1/audit?tenant=au-sign-in&action=console.");
        assertThat(events)
                .extracting(event -> event.get("action").stringValue())
                .containsExactly("console.signed-out", "console.signed-in");
        assertThat(events)
                .allSatisfy(
                        event -> {
                            assertThat(event.get("actor").get("id")).isEqualTo(token.get("id"));
                            assertThat(event.get("source").stringValue()).isEqualTo("127.0.0.1");
                        });
        JsonNode refused =
                written("/api/v1/audit?outcome=denied").stream()
                        .filter(
                                event ->
                                        event.get("request")
                                                .stringValue()
                                                .equals("POST /console/sign-in"))
                        .findFirst()
                        .orElseThrow();
        assertThat(refused.get("reason").stringValue()).isEqualTo("UNAUTHENTICATED");
        assertThat(refused.get("count").intValue()).isGreaterThanOrEqualTo(2);
        assertThat(Database.dump(platform)).doesNotContain(secret).doesNotContain(wrong);
    }

    private Client.Answer signIn(String token) {
        return platform.anonymous().post("/console/sign-in", Map.of("token", token));
    }

    @Test
    void aTokensSecretAndUseAreNotInIt() {
        admin.post("/api/v1/tenants", Map.of("name", "au-token"));
        JsonNode token =
                admin.post(
                                "/api/v1/tenants/au-token/tokens",
                                Map.of("name", "x", "scopes", List.of("admin")))
                        .json();
        String text = token.get("token").stringValue();
        Client holder = platform.client(text);
        assertThat(holder.get("/api/v1/tenants/au-token").status()).isEqualTo(200);
        holder.delete("/api/v1/tenants/au-token/tokens/" + token.get("id").stringValue());

        List<JsonNode> events = events(admin, "/api/v1/audit?tenant=au-token&action=token.");
        assertThat(events).hasSize(2);
        JsonNode revoked = event(events, "token.changed");
        assertThat(revoked.get("fields").toString()).isEqualTo("[\"revoked_at\"]");
        assertThat(revoked.get("actor").get("id")).isEqualTo(token.get("id"));
        assertThat(events.toString()).doesNotContain(text.substring(13, 45));
    }

    @Test
    void aRequestThatChangesNothingLeavesNoEvent() {
        admin.post("/api/v1/tenants", Map.of("name", "au-twice"));
        assertThat(admin.post("/api/v1/tenants", Map.of("name", "au-twice")).status())
                .isEqualTo(409);
        assertThat(events(admin, "/api/v1/audit?resource=au-twice")).hasSize(1);
    }

    @Test
    void aDeniedAccessIsWrittenDownOnceWithItsCount() {
        admin.post("/api/v1/tenants", Map.of("name", "au-denied"));
        admin.post("/api/v1/tenants", Map.of("name", "au-stranger"));
        Client stranger = client("au-stranger", "admin");
        IntStream.range(0, 20)
                .forEach(
                        i ->
                                assertThat(stranger.get("/api/v1/tenants/au-denied").status())
                                        .isEqualTo(404));

        List<JsonNode> told = written("/api/v1/audit?outcome=denied&tenant=au-stranger");
        assertThat(told.stream().mapToLong(e -> e.get("count").longValue()).sum()).isEqualTo(20);
        assertThat(told).as("the timer may have written in between").hasSizeLessThanOrEqualTo(3);
        assertThat(told.getFirst().get("reason").stringValue()).isEqualTo("HIDDEN");
        assertThat(told.getFirst().get("resource").stringValue()).isEqualTo("au-denied");
        assertThat(events(client("au-denied", "admin"), "/api/v1/tenants/au-denied/audit"))
                .as("nobody learns of another tenant's callers")
                .noneMatch(event -> event.get("action").stringValue().equals("access.denied"));
    }

    @Test
    void theGatewaysRefusalsAreInItToo() {
        admin.post("/api/v1/tenants", Map.of("name", "au-gate"));
        new Client(platform.gatewayUrl(), "not-a-token").get("/e/au-gate/receipts/x");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () ->
                                assertThat(written("/api/v1/audit?resource=au-gate/receipts"))
                                        .singleElement()
                                        .satisfies(
                                                event ->
                                                        assertThat(
                                                                        event.get("request")
                                                                                .stringValue())
                                                                .isEqualTo("CALL")));
    }

    @Test
    void aTenantsAdministratorSeesItsOwnOnly() {
        admin.post("/api/v1/tenants", Map.of("name", "au-own"));
        admin.post("/api/v1/tenants", Map.of("name", "au-other"));
        Client own = client("au-own", "admin");
        assertThat(events(own, "/api/v1/tenants/au-own/audit"))
                .isNotEmpty()
                .allSatisfy(e -> assertThat(e.get("tenant").stringValue()).isEqualTo("au-own"));
        assertThat(own.get("/api/v1/tenants/au-other/audit").status()).isEqualTo(404);
        assertThat(own.get("/api/v1/audit").status()).isEqualTo(403);
    }

    @Test
    void pagesFromTheNewestOn() {
        for (int i = 0; i < 5; i++) {
            admin.post("/api/v1/tenants", Map.of("name", "au-page-" + i));
        }
        List<String> seen = new ArrayList<>();
        String next = "";
        do {
            JsonNode page =
                    admin.get(
                                    "/api/v1/audit?action=tenant.created&resource=au-page-&pageSize=2&pageToken="
                                            + next)
                            .json();
            page.get("items").forEach(e -> seen.add(e.get("event").get("resource").stringValue()));
            next = page.has("nextPageToken") ? page.get("nextPageToken").stringValue() : "";
        } while (!next.isEmpty());
        assertThat(seen)
                .containsExactly("au-page-4", "au-page-3", "au-page-2", "au-page-1", "au-page-0");
    }

    @Test
    void theChainIsWholeAndExportedAsItWasHashed() {
        admin.post("/api/v1/tenants", Map.of("name", "au-chain"));
        JsonNode verdict = admin.get("/api/v1/audit/verify").json();
        assertThat(verdict.get("whole").booleanValue()).as(verdict.toString()).isTrue();
        assertThat(verdict.get("events").longValue()).isPositive();

        String[] lines = admin.get("/api/v1/audit/export").body().split("\n");
        assertThat(lines.length).isGreaterThanOrEqualTo(verdict.get("events").intValue());
        for (int i = 0; i < lines.length; i++) {
            assertThat(JsonMapper.shared().readTree(lines[i]).get("seq").intValue())
                    .isEqualTo(i + 1);
        }
        JsonNode anchored =
                admin.get(
                                "/api/v1/audit/verify?seq="
                                        + verdict.get("seq")
                                        + "&hash="
                                        + "f".repeat(64))
                        .json();
        assertThat(anchored.get("whole").booleanValue()).isFalse();
        assertThat(anchored.get("problem").stringValue()).contains("another one");
    }

    @Test
    void nothingInItCanBeChangedOrTakenAway() {
        JdbcClient database = Database.of(platform);
        for (String sql :
                List.of(
                        "update audit_event set body = replace(body, 'a', 'b')",
                        "update audit_event set seq = seq + 1",
                        "delete from audit_event",
                        "truncate audit_event")) {
            assertThatThrownBy(() -> database.sql(sql).update())
                    .rootCause()
                    .hasMessageContaining("the audit is append-only");
        }
    }

    private Client client(String tenant, String scope) {
        return platform.client(
                admin.post(
                                "/api/v1/tenants/" + tenant + "/tokens",
                                Map.of("name", "x", "scopes", List.of(scope)))
                        .json()
                        .get("token")
                        .stringValue());
    }

    private static List<JsonNode> events(Client client, String path) {
        List<JsonNode> events = new ArrayList<>();
        var answer = client.get(path);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        answer.json().get("items").forEach(item -> events.add(item.get("event")));
        return events;
    }

    private static JsonNode event(List<JsonNode> events, String action) {
        return events.stream()
                .filter(event -> event.get("action").stringValue().equals(action))
                .findFirst()
                .orElseThrow();
    }
}
