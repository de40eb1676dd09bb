package dev.marmita.gateway;

import static dev.marmita.gateway.GatewayFixture.limits;
import static dev.marmita.gateway.GatewayFixture.replica;
import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.access.Grant;
import dev.marmita.access.Principal;
import dev.marmita.access.Role;
import dev.marmita.routing.Access;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.GroupName;
import dev.marmita.routing.TenantId;
import dev.marmita.routing.TokenGrant;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a deployment's access block comes to at the door. */
final class GatewayAccessTest {

    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final TenantId ACME = new TenantId("acme");
    private static final GroupName READERS = new GroupName("/clientes/acme/leitores");
    private static final String LEFT_OVER = TokenGrant.PREFIX + "AAAAAAAA_" + "B".repeat(38);
    private static FakeReplica upstream;
    private static GatewayFixture fixture;

    @BeforeAll
    static void start() {
        upstream =
                new FakeReplica(
                        request ->
                                request.response()
                                        .end(
                                                request.headers().entries().stream()
                                                        .map(h -> h.getKey() + ": " + h.getValue())
                                                        .collect(Collectors.joining("\n"))));
        fixture = new GatewayFixture(GatewayFixture.settings(), () -> NOW);
        fixture.token("token", "acme")
                .token("foreign-token", "globex")
                .member("reader", member(Optional.of(ACME), NOW.plusSeconds(60), READERS))
                .member("ended-reader", member(Optional.of(ACME), NOW, READERS))
                .member("no-reader", member(Optional.of(ACME), NOW.plusSeconds(60)))
                .member(
                        "foreign-reader",
                        member(Optional.of(new TenantId("globex")), NOW.plusSeconds(60), READERS));
        route("plain", Access.DEFAULT);
        route("open", new Access(true, false, List.of()));
        route("groups", new Access(false, false, List.of(READERS)));
        route("both", new Access(false, true, List.of(READERS)));
        route("closed", new Access(false, false, List.of()));
        fixture.publish();
    }

    private static void route(String name, Access access) {
        fixture.access(access)
                .route(
                        EndpointId.of("acme", name),
                        limits(),
                        replica("r-" + name, upstream.port(), 8));
    }

    private static Principal.Member member(
            Optional<TenantId> home, Instant until, GroupName... groups) {
        return new Principal.Member(
                "sub-1", home, Set.of(groups), Set.<Grant>of(), Optional.of(until));
    }

    @AfterAll
    static void stop() {
        fixture.close();
        upstream.close();
    }

    @ParameterizedTest(name = "{0} at {1} is {2}")
    @CsvSource({
        "'',             plain,   401",
        "'',             open,    200",
        "'',             groups,  401",
        "'',             closed,  401",
        "'',             absent,  401",
        "unknown,        plain,   401",
        "unknown,        open,    200",
        "unknown,        groups,  401",
        "token,          open,    200",
        "token,          groups,  403",
        "token,          both,    200",
        "token,          closed,  403",
        "token,          absent,  404",
        "foreign-token,  groups,  404",
        "foreign-token,  open,    200",
        "reader,         groups,  200",
        "reader,         both,    200",
        "reader,         plain,   403",
        "reader,         closed,  403",
        "reader,         absent,  404",
        "ended-reader,   groups,  401",
        "no-reader,      groups,  403",
        "no-reader,      absent,  404",
        "foreign-reader, groups,  404",
        "foreign-reader, absent,  404"
    })
    void admits(String credential, String endpoint, int status) throws Exception {
        HttpResponse<String> answer = call(credential, endpoint);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("www-authenticate").isPresent())
                .isEqualTo(status == 401);
    }

    @Test
    void whatTheEndpointDoesNotAskForIsTheServicesOwn() throws Exception {
        assertThat(call("unknown", "open").body())
                .containsIgnoringCase("authorization: Bearer unknown");
    }

    @Test
    void noTokenReachesAServiceEvenWhereNobodyAskedForIt() throws Exception {
        assertThat(call("token", "open").body()).doesNotContainIgnoringCase("authorization");
        assertThat(call(LEFT_OVER, "open").body()).doesNotContainIgnoringCase("authorization");
        assertThat(call("reader", "groups").body()).doesNotContainIgnoringCase("authorization");
    }

    @Test
    void logsWhoCalled() throws Exception {
        call("reader", "groups");
        assertThat(fixture.log)
                .anySatisfy(
                        entry -> {
                            assertThat(entry.subject()).isEqualTo("sub-1");
                            assertThat(entry.tokenId()).isNull();
                            assertThat(entry.status()).isEqualTo(200);
                        });
    }

    @Test
    void logsWhoWasRefusedWhatAndFromWhere() throws Exception {
        call("token", "closed");
        assertThat(fixture.log)
                .anySatisfy(
                        entry -> {
                            assertThat(entry.denied()).isEqualTo("acme/closed");
                            assertThat(entry.client()).isEqualTo("127.0.0.1");
                            assertThat(entry.tokenId()).isNotNull();
                            assertThat(entry.status()).isEqualTo(403);
                        });
        assertThat(fixture.log)
                .filteredOn(entry -> entry.status() == 200)
                .allSatisfy(entry -> assertThat(entry.denied()).isNull());
    }

    @Test
    void aChangeOfAccessIsInForceAtOnce() throws Exception {
        route("changing", Access.DEFAULT);
        fixture.publish();
        assertThat(call("token", "changing").statusCode()).isEqualTo(200);

        route("changing", new Access(false, false, List.of(READERS)));
        fixture.publish();

        assertThat(call("token", "changing").statusCode()).isEqualTo(403);
        assertThat(call("reader", "changing").statusCode()).isEqualTo(200);
    }

    @Test
    void anInvokerIsAdmittedWhereNoGroupIsNamed() throws Exception {
        fixture.member(
                "invoker",
                new Principal.Member(
                        "sub-2",
                        Optional.of(ACME),
                        Set.of(),
                        Set.of(Grant.in(ACME, Role.INVOKER)),
                        Optional.empty()));
        assertThat(call("invoker", "plain").statusCode()).isEqualTo(200);
        assertThat(call("invoker", "groups").statusCode()).isEqualTo(403);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"known, 200", "nobody, 401", "unavailable, 503"})
    void waitsForWhatTheIdentityProviderSays(String outcome, int status) throws Exception {
        try (FakeReplica echo =
                new FakeReplica(
                        request ->
                                request.body().onSuccess(body -> request.response().end(body)))) {
            fixture.access(new Access(false, false, List.of(READERS)))
                    .route(
                            EndpointId.of("acme", "echo"),
                            limits(),
                            replica("r-echo-" + outcome, echo.port(), 8));
            fixture.publish();
            var answer = new CompletableFuture<Credentials.Answer>();
            fixture.answer("later", new Credentials.Answer.Later(answer));
            var response =
                    fixture.sendAsync(
                            HttpRequest.newBuilder(fixture.uri("/e/acme/echo/x"))
                                    .header("Authorization", "Bearer later")
                                    .POST(
                                            HttpRequest.BodyPublishers.ofString(
                                                    "x".repeat(100_000))));
            assertThat(response).isNotDone();

            answer.complete(
                    switch (outcome) {
                        case "known" ->
                                new Credentials.Answer.Known(
                                        member(Optional.of(ACME), NOW.plusSeconds(60), READERS));
                        case "nobody" -> new Credentials.Answer.Nobody();
                        default -> new Credentials.Answer.Unavailable();
                    });

            HttpResponse<String> got = response.get(20, TimeUnit.SECONDS);
            assertThat(got.statusCode()).as(got.body()).isEqualTo(status);
            if (status == 200) {
                assertThat(got.body()).hasSize(100_000);
            }
            assertThat(got.headers().firstValue("retry-after").isPresent())
                    .isEqualTo(status == 503);
        }
    }

    @Test
    void anOpenEndpointWaitsForNoIdentityProvider() throws Exception {
        fixture.answer("never", new Credentials.Answer.Later(new CompletableFuture<>()));

        assertThat(call("never", "open").statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> call(String credential, String endpoint) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(fixture.uri("/e/acme/" + endpoint + "/x"));
        if (!credential.isEmpty()) {
            request.header("Authorization", "Bearer " + credential);
        }
        return fixture.send(request);
    }
}
