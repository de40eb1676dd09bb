package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.compute.SecretSource;
import dev.marmita.scheduler.compute.SecretSource.SecretUnavailableException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Secrets over REST and as they lie in the database. */
@ExtendWith(SharedPlatform.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecretsTest {

    private static final String PATH = "/api/v1/tenants/secrets/secrets/";
    private static final String VALUE = "correct horse battery staple";

    private final RunningPlatform platform;
    private final Client admin;

    SecretsTest(RunningPlatform platform) {
        this.platform = platform;
        this.admin = platform.admin();
    }

    @BeforeAll
    void tenant() {
        assertThat(admin.post("/api/v1/tenants", Map.of("name", "secrets")).status())
                .isEqualTo(201);
    }

    @Test
    void aValueGoesInAndNeverComesOut() {
        var put = put("in", VALUE);
        assertThat(put.status()).as(put.body()).isEqualTo(201);
        assertThat(put.header("ETag")).isEqualTo("\"1\"");
        assertThat(put.json().get("version").longValue()).isEqualTo(1);
        var again = put("in", VALUE);
        assertThat(again.status()).as("nobody is told that it is the same").isEqualTo(200);
        assertThat(again.json().get("version").longValue()).isEqualTo(2);
        var bytes =
                admin.send(
                        "PUT",
                        PATH + "in",
                        new byte[] {0, -1, 7},
                        Map.of("Content-Type", "application/octet-stream"));
        assertThat(bytes.json().get("version").longValue()).as(bytes.body()).isEqualTo(3);
        assertThat(open("in", 3)).containsExactly(0, -1, 7);
        assertThat(new String(open("in", 2), StandardCharsets.UTF_8)).isEqualTo(VALUE);

        var one = admin.get(PATH + "in");
        assertThat(one.status()).isEqualTo(200);
        JsonNode shown = one.json();
        assertThat(shown.get("updatedBy").stringValue()).startsWith("administrator (");
        assertThat(shown.get("usedBy")).isEmpty();
        assertThat(shown.propertyNames())
                .containsExactlyInAnyOrder(
                        "name",
                        "version",
                        "createdAt",
                        "createdBy",
                        "updatedAt",
                        "updatedBy",
                        "usedBy");
        var list = admin.get("/api/v1/tenants/secrets/secrets");
        assertThat(list.json().get("items").toString()).contains("\"in\"");
        var audit = admin.get("/api/v1/audit?resource=secrets/in").body();
        assertThat(audit).contains("secret.created", "secret.changed", "\"version\"");
        for (String said : List.of(put.body(), again.body(), one.body(), list.body(), audit)) {
            assertThat(said).doesNotContain(VALUE);
        }
        assertThat(admin.delete(PATH + "in").status()).isEqualTo(204);
        assertThat(admin.get(PATH + "in").status()).isEqualTo(404);
        assertThat(admin.delete(PATH + "in").status()).isEqualTo(404);
    }

    @Test
    void errorsDoNotRepeatWhatTheyRefuse() {
        List<Client.Answer> refused =
                List.of(
                        admin.put(PATH + "bad", "{\"value\": " + VALUE + "}"),
                        admin.put(PATH + "bad", "{\"value\": [\"" + VALUE + "\"]}"),
                        admin.put(PATH + "bad", "{\"valeu\": \"" + VALUE + "\"}"),
                        admin.put(PATH + "bad", "{\"value\": null}"),
                        put("bad", ""),
                        put("bad", VALUE.repeat(3000)),
                        put(VALUE.replace(' ', '_'), VALUE),
                        admin.send(
                                "PUT",
                                PATH + "bad",
                                VALUE.getBytes(StandardCharsets.UTF_8),
                                Map.of("Content-Type", "text/plain")));
        for (Client.Answer answer : refused) {
            assertThat(answer.status()).as(answer.body()).isIn(400, 415);
            assertThat(answer.body())
                    .doesNotContain("horse")
                    .contains("urn:marmita:error:")
                    .doesNotContain("java");
        }
        assertThat(admin.get(PATH + "bad").status()).isEqualTo(404);
    }

    @Test
    void aVersionThatIsNoMoreIsNotReplaced() {
        put("matched", "one");
        assertThat(
                        admin.put(
                                        PATH + "matched",
                                        Map.of("value", "x"),
                                        Map.of("If-Match", "\"7\""))
                                .status())
                .isEqualTo(412);
        assertThat(
                        admin.put(
                                        PATH + "matched",
                                        Map.of("value", "x"),
                                        Map.of("If-None-Match", "*"))
                                .status())
                .isEqualTo(412);
        assertThat(
                        admin.put(
                                        PATH + "matched",
                                        Map.of("value", "x"),
                                        Map.of("If-Match", "\"1\""))
                                .status())
                .isEqualTo(200);
    }

    @Test
    void manyAtOnceMakeOneVersionEach() throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Client.Answer>> puts =
                    IntStream.range(0, 6)
                            .<Callable<Client.Answer>>mapToObj(i -> () -> put("busy", "value-" + i))
                            .toList();
            var versions =
                    threads.invokeAll(puts).stream()
                            .map(done -> done.resultNow().json())
                            .map(json -> json.get("version").longValue())
                            .toList();
            assertThat(versions).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L);
        }
        assertThat(admin.get(PATH + "busy").json().get("version").longValue()).isEqualTo(6);
        assertThat(new String(open("busy", 6), StandardCharsets.UTF_8)).startsWith("value-");
    }

    @Test
    void whatWasChangedOrMovedInTheDatabaseDoesNotOpen() {
        put("first", "the first");
        put("second", "the second");
        JdbcClient database = Database.of(platform);
        database.sql(
                        """
                        update secret_version v set content = o.content, sealed_key = o.sealed_key
                        from secret_version o where v.tenant = 'secrets' and v.name = 'first'
                            and o.tenant = 'secrets' and o.name = 'second'""")
                .update();
        assertThatThrownBy(() -> open("first", 1))
                .isInstanceOf(SecretUnavailableException.class)
                .hasMessageContaining("'first', version 1")
                .hasMessageNotContaining("the second");
        database.sql(
                        """
                        update secret_version set content = set_byte(content, 14, get_byte(content, 14) # 1)
                        where tenant = 'secrets' and name = 'second'""")
                .update();
        assertThatThrownBy(() -> open("second", 1)).isInstanceOf(SecretUnavailableException.class);
        assertThatThrownBy(() -> open("second", 9))
                .hasMessageContaining("has no version 9 any more");
    }

    @Test
    void aTokenOfSomeDeploymentsDoesNotChangeWhatIsForAll() {
        put("shared", "x");
        Client some =
                platform.client(
                        admin.post(
                                        "/api/v1/tenants/secrets/tokens",
                                        Map.of(
                                                "name",
                                                "x",
                                                "scopes",
                                                List.of("deploy"),
                                                "deployments",
                                                List.of("receipts")))
                                .json()
                                .get("token")
                                .stringValue());
        assertThat(some.get(PATH + "shared").status()).isEqualTo(200);
        assertThat(some.put(PATH + "shared", Map.of("value", "y")).status()).isEqualTo(403);
        assertThat(some.delete(PATH + "shared").status()).isEqualTo(403);
    }

    private Client.Answer put(String name, String value) {
        return admin.put(PATH + name, Map.of("value", value));
    }

    private byte[] open(String name, long version) {
        return platform.bean(SecretSource.class)
                .values(new TenantId("secrets"), new TreeMap<>(Map.of(name, version)))
                .get(name);
    }
}
