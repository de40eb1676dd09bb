package dev.marmita.gateway;

import static dev.marmita.gateway.GatewayFixture.RECEIPTS;
import static dev.marmita.gateway.GatewayFixture.TOKEN;
import static dev.marmita.gateway.GatewayFixture.limits;
import static dev.marmita.gateway.GatewayFixture.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import dev.marmita.routing.TokenGrant;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may call what, as a matrix of tokens and endpoints. */
final class GatewayAuthTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static FakeReplica upstream;
    private static GatewayFixture fixture;

    @BeforeAll
    static void start() {
        upstream =
                new FakeReplica(
                        request ->
                                request.response()
                                        .end(
                                                String.join(
                                                        "\n",
                                                        request.headers().entries().stream()
                                                                .map(
                                                                        each ->
                                                                                each.getKey()
                                                                                        + ": "
                                                                                        + each
                                                                                                .getValue())
                                                                .toList())));
        fixture = new GatewayFixture(GatewayFixture.settings(), () -> NOW);
        fixture.token("all", "acme")
                .token("receipts-only", "acme", "receipts")
                .token("invoices-only", "acme", "invoices")
                .token("other-tenant", "globex")
                .token("no-such-tenant-left", "gone")
                .grant("expired", grant("expired", NOW.minusSeconds(1)))
                .grant("expires-now", grant("expires-now", NOW))
                .grant("expires-soon", grant("expires-soon", NOW.plusSeconds(1)))
                .route(RECEIPTS, limits(), replica("r1", upstream.port(), 64))
                .route(
                        EndpointId.of("acme", "invoices"),
                        limits(),
                        replica("i1", upstream.port(), 64))
                .route(
                        EndpointId.of("globex", "receipts"),
                        limits(),
                        replica("g1", upstream.port(), 64))
                .publish();
    }

    private static TokenGrant grant(String token, Instant expires) {
        return new TokenGrant(
                token,
                GatewayFixture.sha256(token),
                new TenantId("acme"),
                Set.<DeploymentName>of(),
                Optional.of(expires));
    }

    @AfterAll
    static void stop() {
        fixture.close();
        upstream.close();
    }

    @ParameterizedTest(name = "{0} at {1} is {2}")
    @CsvSource({
        "all,                 acme/receipts,   200",
        "all,                 acme/invoices,   200",
        "all,                 acme/nothing,    404",
        "all,                 globex/receipts, 404",
        "all,                 globex/nothing,  404",
        "all,                 nobody/receipts, 404",
        "receipts-only,       acme/receipts,   200",
        "receipts-only,       acme/invoices,   403",
        "receipts-only,       acme/nothing,    403",
        "receipts-only,       globex/receipts, 404",
        "invoices-only,       acme/receipts,   403",
        "other-tenant,        acme/receipts,   404",
        "other-tenant,        acme/nothing,    404",
        "other-tenant,        globex/receipts, 200",
        "no-such-tenant-left, gone/receipts,   404",
        "no-such-tenant-left, acme/receipts,   404",
        "expired,             acme/receipts,   401",
        "expires-now,         acme/receipts,   401",
        "expires-soon,        acme/receipts,   200",
        "unknown,             acme/receipts,   401",
        "unknown,             acme/nothing,    401",
        "unknown,             nobody/nothing,  401",
        "'',                  acme/receipts,   401",
        "'',                  nobody/nothing,  401",
        "all,                 ACME/receipts,   404",
        "all,                 acme/rec%65ipts, 404"
    })
    void admits(String token, String endpoint, int status) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(fixture.uri("/e/" + endpoint + "/x"));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        HttpResponse<String> answer = fixture.send(request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (status != 200) {
            assertThat(answer.body()).startsWith("{\"error\":\"").endsWith("\"}");
            assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        }
        assertThat(answer.headers().firstValue("www-authenticate").isPresent())
                .isEqualTo(status == 401);
    }

    @Test
    void existenceDoesNotLeak() throws Exception {
        List<Map<String, List<String>>> answers = new ArrayList<>();
        for (String endpoint : List.of("globex/receipts", "globex/nothing", "nobody/nothing")) {
            answers.add(seen(endpoint, "Bearer all"));
        }
        assertThat(answers).hasSize(3).containsOnly(answers.getFirst());

        answers.clear();
        for (String endpoint : List.of("acme/receipts", "acme/nothing", "nobody/nothing")) {
            answers.add(seen(endpoint, "Bearer unknown"));
        }
        assertThat(answers).hasSize(3).containsOnly(answers.getFirst());
    }

    /** All that a caller sees, but for the request id. */
    private Map<String, List<String>> seen(String endpoint, String authorization) throws Exception {
        HttpResponse<String> answer =
                fixture.send(
                        HttpRequest.newBuilder(fixture.uri("/e/" + endpoint + "/x"))
                                .header("Authorization", authorization));
        HttpHeaders headers = answer.headers();
        Map<String, List<String>> all = new TreeMap<>(headers.map());
        all.remove("x-request-id");
        all.put("status", List.of(String.valueOf(answer.statusCode())));
        all.put("body", List.of(answer.body()));
        return all;
    }

    @ParameterizedTest
    @CsvSource({
        "Authorization,   bearer all,   200",
        "Authorization,   BEARER all,   200",
        "Authorization,   Basic YWxsOg, 401",
        "Authorization,   Bearer,       401",
        "Authorization,   all,          401",
        "X-Marmita-Token, all,          200",
        "X-Marmita-Token, unknown,      401"
    })
    void takesTheTokenFromEitherHeader(String header, String value, int status) throws Exception {
        HttpResponse<String> answer =
                fixture.send(
                        HttpRequest.newBuilder(fixture.uri("/e/acme/receipts/x"))
                                .header(header, value));
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @Test
    void theTokenDoesNotReachTheReplica() throws Exception {
        assertThat(fixture.get("/e/acme/receipts/x").body())
                .doesNotContainIgnoringCase("authorization")
                .doesNotContain(TOKEN);
        String both =
                fixture.send(
                                HttpRequest.newBuilder(fixture.uri("/e/acme/receipts/x"))
                                        .header("X-Marmita-Token", "all")
                                        .header("Authorization", "Bearer all"))
                        .body();
        assertThat(both)
                .doesNotContainIgnoringCase("x-marmita-token")
                .doesNotContainIgnoringCase("authorization");
    }

    @Test
    void theServicesOwnCredentialsReachIt() throws Exception {
        String seen =
                fixture.send(
                                HttpRequest.newBuilder(fixture.uri("/e/acme/receipts/x"))
                                        .header("X-Marmita-Token", "all")
                                        .header("Authorization", "Basic c2VydmljZTpvd24="))
                        .body();
        assertThat(seen).containsIgnoringCase("authorization: Basic c2VydmljZTpvd24=");
    }

    @Test
    void twoTokensAreNone() throws Exception {
        HttpResponse<String> answer =
                fixture.send(
                        HttpRequest.newBuilder(fixture.uri("/e/acme/receipts/x"))
                                .header("X-Marmita-Token", "all")
                                .header("X-Marmita-Token", "unknown"));
        assertThat(answer.statusCode()).isEqualTo(401);
    }

    @Test
    void knowsNothingBeforeItsFirstTable() throws Exception {
        try (GatewayFixture fresh = GatewayFixture.start()) {
            HttpResponse<String> answer = fresh.get("/e/acme/receipts/x");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.headers().firstValue("retry-after")).isPresent();
            assertThat(fresh.get("/readyz").statusCode()).isEqualTo(503);
            assertThat(fresh.get("/livez").statusCode()).isEqualTo(200);
            fresh.publish();
            assertThat(fresh.get("/readyz").statusCode()).isEqualTo(200);
            assertThat(fresh.get("/e/acme/receipts/x").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void aRevokedTokenIsRefusedAtOnce() throws Exception {
        try (GatewayFixture own = GatewayFixture.start()) {
            own.token("short-lived", "acme")
                    .route(RECEIPTS, limits(), replica("r1", upstream.port(), 8))
                    .publish();
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(own.uri("/e/acme/receipts/x"))
                            .header("Authorization", "Bearer short-lived");
            assertThat(own.send(request).statusCode()).isEqualTo(200);
            own.revoke("short-lived").publish();
            assertThat(own.send(request).statusCode()).isEqualTo(401);
        }
    }
}
