package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(SharedPlatform.class)
class ProblemsTest {

    private final Client admin;

    ProblemsTest(RunningPlatform platform) {
        this.admin = platform.admin();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\":\"x\",\"colour\":1}|400|colour",
                "{\"name\":\"Upper\"}|400|name",
                "{\"name\":7.5}|400|name",
                "{}|400|name",
                "{\"name\":\"x\",\"plan\":[]}|400|plan",
                "{\"name\":\"x\"|400|",
                "[1]|400|",
                "nonsense|400|",
                "''|400|"
            })
    void namesTheFieldThatIsWrong(String body, int status, String field) {
        var answer = admin.post("/api/v1/tenants", body == null ? "" : body);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.json().get("type").stringValue()).startsWith("urn:marmita:error:");
        assertThat(answer.json().get("requestId").stringValue())
                .isEqualTo(answer.header("X-Request-Id"));
        if (field != null) {
            assertThat(answer.json().get("errors").get(0).get("field").stringValue())
                    .isEqualTo(field);
        }
        assertThat(answer.body()).doesNotContain("dev.marmita", "java.lang", "tools.jackson");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":%s}",
                "{\"name\":\"x\",\"unknown\":%s}",
                "{\"name\":{\"value\":%s}}",
                "%s"
            })
    void survivesAVeryDeepBody(String around) {
        String deep = "[".repeat(100_000) + "]".repeat(100_000);
        var answer = admin.post("/api/v1/tenants", around.formatted(deep));
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }

    @Test
    void refusesABodyThatIsTooLarge() {
        var answer = admin.post("/api/v1/tenants", "{\"name\":\"" + "x".repeat(2 << 20) + "\"}");
        assertThat(answer.status()).isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/api/v1/nowhere,404",
        "DELETE,/api/v1/tenants,405",
        "GET,/api/v1/tenants?pageSize=0,400",
        "GET,/api/v1/tenants?pageSize=many,400",
        "GET,/api/v1/tenants?pageToken=%25%25,400",
        "GET,/api/v1/tenants/No_Name,400",
        "GET,/api/v1/tenants/nobody,404",
        "GET,/api/v1/tenants/nobody/deployments,404",
        "GET,/api/v1/models/none,404",
        "GET,/api/v1/models/none/versions/many,400",
        "GET,/api/v1/models?tag=novalue,400",
        "GET,/api/v1/uploads/not-an-id,400",
        "GET,/api/v1/uploads/00000000-0000-0000-0000-000000000000,404",
    })
    void answersEveryOtherMistakeWithAProblem(String method, String path, int status) {
        var answer = admin.send(method, path, null, Map.of());
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        assertThat(answer.body()).doesNotContain("dev.marmita", "java.", "springframework");
    }

    @Test
    void tellsTheRequestIdThatTheCallerSent() {
        var answer =
                admin.send("GET", "/api/v1/nowhere", null, Map.of("X-Request-Id", "my-request.1"));
        assertThat(answer.header("X-Request-Id")).isEqualTo("my-request.1");
        var odd = admin.send("GET", "/api/v1/nowhere", null, Map.of("X-Request-Id", "a b\"<"));
        assertThat(odd.header("X-Request-Id")).isNotEqualTo("a b\"<");
    }

    @Test
    void tellsWhichMethodsThereAre() {
        var answer = admin.send("OPTIONS", "/api/v1/tenants", null, Map.of());
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Allow")).contains("GET", "POST");
        assertThat(admin.send("DELETE", "/api/v1/tenants", null, Map.of()).header("Allow"))
                .isEqualTo("GET, POST");
    }

    @Test
    void refusesAMediaTypeThatIsNotKnown() {
        var answer =
                admin.send(
                        "POST",
                        "/api/v1/tenants",
                        "name=x".getBytes(),
                        Map.of("Content-Type", "application/x-www-form-urlencoded"));
        assertThat(answer.status()).isEqualTo(415);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
    }
}
