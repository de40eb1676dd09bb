package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.access.Grant;
import dev.marmita.access.Principal;
import dev.marmita.access.Role;
import dev.marmita.platform.access.Caller;
import dev.marmita.platform.console.board.Board;
import dev.marmita.platform.console.board.Reach;
import dev.marmita.platform.console.session.Sessions;
import dev.marmita.platform.console.view.Rows.DeploymentRow;
import dev.marmita.platform.console.view.Rows.Listed;
import dev.marmita.platform.postgres.PostgresPool;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.transaction.support.TransactionTemplate;

/** What of the console needs no browser to be tried. */
@ExtendWith(SharedPlatform.class)
class ConsolePagesTest {

    private static final int MANY = 5_000;

    private final RunningPlatform platform;

    ConsolePagesTest(RunningPlatform platform) {
        this.platform = platform;
    }

    @Test
    void peopleAreLedToTheSignInAndProgramsGetAProblem() {
        var person =
                platform.anonymous()
                        .send("GET", "/console/models?q=x", null, Map.of("Accept", "text/html"));
        assertThat(person.status()).isEqualTo(303);
        assertThat(person.header("Location"))
                .isEqualTo("/console/sign-in?next=%2Fconsole%2Fmodels%3Fq%3Dx");
        assertThat(platform.anonymous().get("/console/models").status()).isEqualTo(401);
    }

    @Test
    void nobodyIsLedElsewhereAfterSigningIn() {
        for (String next :
                List.of(
                        "https://evil.example/",
                        "//evil.example",
                        "/console/%22onload=",
                        "javascript:1")) {
            var page =
                    platform.anonymous()
                            .send(
                                    "GET",
                                    "/console/sign-in?next=" + next,
                                    null,
                                    Map.of("Accept", "text/html"));
            assertThat(page.body()).as(next).contains("data-next=\"/console\"");
        }
    }

    @Test
    void pagesForbidWhatIsNotOurs() {
        var page = platform.admin().send("GET", "/console", null, Map.of("Accept", "text/html"));
        assertThat(page.status()).as(page.body()).isEqualTo(200);
        assertThat(page.header("Content-Security-Policy"))
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.body())
                .doesNotContain("<style")
                .doesNotContain(" style=")
                .doesNotContain(" onclick");
        assertThat(page.header("Cache-Control")).contains("no-store");
    }

    @Test
    void aSessionOutlivesARestartButNotItsToken() {
        var admin = platform.admin();
        admin.post("/api/v1/tenants", Map.of("name", "c-session"));
        var made =
                admin.post(
                                "/api/v1/tenants/c-session/tokens",
                                Map.of("name", "x", "scopes", List.of("read")))
                        .json();
        var signedIn =
                platform.anonymous()
                        .post("/console/sign-in", Map.of("token", made.get("token").stringValue()));
        assertThat(signedIn.status()).isEqualTo(204);
        String cookie = signedIn.header("Set-Cookie");
        assertThat(cookie).contains("HttpOnly", "SameSite=Strict", "Path=/");
        String value = cookie.replaceAll(";.*", "");
        assertThat(Database.dump(platform))
                .doesNotContain(value.replaceAll(".*=", ""))
                .doesNotContain(made.get("token").stringValue());
        Map<String, String> browser = Map.of("Cookie", value);

        assertThat(platform.anonymous().send("GET", "/api/v1/models", null, browser).status())
                .isEqualTo(200);
        assertThat(
                        platform.anonymous()
                                .send("GET", "/console/tenants/c-session", null, browser)
                                .status())
                .isEqualTo(200);
        admin.delete("/api/v1/tenants/c-session/tokens/" + made.get("id").stringValue());
        assertThat(platform.anonymous().send("GET", "/api/v1/models", null, browser).status())
                .isEqualTo(401);
    }

    @Test
    void aCookieAloneChangesNothing() {
        String token = platform.connection().get("adminToken").stringValue();
        var session = platform.bean(Sessions.class).open(token);
        var body = "{\"name\":\"c-forged\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        String cookie = "marmita-session=" + session.id();
        var json = "application/json";
        assertThat(
                        platform.anonymous()
                                .send(
                                        "POST",
                                        "/api/v1/tenants",
                                        body,
                                        Map.of("Cookie", cookie, "Content-Type", json))
                                .status())
                .isEqualTo(403);
        assertThat(
                        platform.anonymous()
                                .send(
                                        "POST",
                                        "/api/v1/tenants",
                                        body,
                                        Map.of(
                                                "Cookie",
                                                cookie,
                                                "Content-Type",
                                                json,
                                                "X-Csrf-Token",
                                                session.csrf()))
                                .status())
                .isEqualTo(201);
        assertThat(session.toString()).doesNotContain(session.id()).doesNotContain(token);
        assertThat(platform.bean(Sessions.class).open(token, Instant.now().minusSeconds(1)))
                .satisfies(
                        over ->
                                assertThat(platform.bean(Sessions.class).find(over.id()))
                                        .isEmpty());
    }

    @Test
    void listsOfThousandsComeInPages() {
        withoutATrace(this::pageThroughThousands);
    }

    private void pageThroughThousands() {
        fill("c-many", MANY);
        Board board = platform.bean(Board.class);
        Reach reach = Reach.of(operator());
        Set<String> seen = new HashSet<>();
        List<DeploymentRow> rows = new ArrayList<>();
        String after = "";
        Listed<DeploymentRow> page;
        do {
            page = board.deployments(reach, new Board.Query("c-many", "", List.of(), after, 400));
            rows.addAll(page.items());
            after = page.next().orElse("");
        } while (page.next().isPresent());
        rows.forEach(row -> seen.add(row.name()));
        assertThat(rows).hasSize(MANY);
        assertThat(seen).hasSize(MANY);
        assertThat(rows).isSortedAccordingTo(java.util.Comparator.comparing(DeploymentRow::name));

        assertThat(names(board, reach, "n-04711", List.of())).containsExactly("n-04711");
        assertThat(names(board, reach, "c-many/n-04711", List.of())).containsExactly("n-04711");
        assertThat(names(board, reach, "n_04711", List.of())).as("a pattern is text").isEmpty();
        assertThat(names(board, reach, "", List.of("FAILED"))).containsExactly("n-00007");
    }

    @Test
    void nobodySeesWhatTheRulesHide() {
        withoutATrace(this::lookAsSeveral);
    }

    private void lookAsSeveral() {
        fill("c-seen", 3);
        fill("c-hidden", 3);
        Board board = platform.bean(Board.class);
        var seen = new TenantId("c-seen");
        Reach tenant = Reach.of(caller(Grant.in(seen, Role.VIEWER)));
        assertThat(names(board, tenant, "", List.of())).hasSize(3);
        assertThat(names(board, tenant, "c-hidden", List.of())).isEmpty();
        assertThat(board.totals(tenant).deployments()).isEqualTo(3);
        Reach one =
                Reach.of(
                        caller(
                                new Grant(
                                        Role.DEPLOYER,
                                        Optional.of(seen),
                                        Set.of(new DeploymentName("n-00001")))));
        assertThat(names(board, one, "", List.of())).containsExactly("n-00001");
        Reach none = Reach.of(caller(Grant.in(seen, Role.INVOKER)));
        assertThat(names(board, none, "", List.of())).isEmpty();
        assertThat(board.followers(tenant, true, "sample", "latest")).hasSize(3);
        assertThat(board.followers(none, true, "sample", "latest")).isEmpty();
    }

    private static List<String> names(Board board, Reach reach, String text, List<String> phases) {
        return board.deployments(reach, new Board.Query("", text, phases, "", 50)).items().stream()
                .filter(row -> row.tenant().startsWith("c-"))
                .map(DeploymentRow::name)
                .toList();
    }

    private static Caller operator() {
        return caller(Grant.onPlatform(Role.PLATFORM_ADMIN));
    }

    private static Caller caller(Grant grant) {
        return new Caller("x", "x", new Principal.Token("x", Set.of(grant), Optional.empty()));
    }

    private void fill(String tenant, int count) {
        platform.bean(PostgresPool.class)
                .client()
                .sql(
                        """
                        insert into deployment (tenant, name, generation, spec, revision, phase, observed_generation,
                            created_at, updated_at)
                        select :tenant, 'n-' || lpad(i::text, 5, '0'), 1,
                            '{"service":"sample:latest","models":{},"mode":"on-demand","scaling":{"maxReplicas":1}}',
                            1, case when i = 7 then 'FAILED' else 'IDLE' end, 1, now(), now()
                        from generate_series(1, :count) i\
                        """)
                .param("tenant", tenant)
                .param("count", count)
                .update();
    }

    /** In a transaction that is rolled back: the scheduler sees nothing of it. */
    private void withoutATrace(Runnable work) {
        new TransactionTemplate(platform.bean(PostgresPool.class).transactions())
                .executeWithoutResult(
                        transaction -> {
                            transaction.setRollbackOnly();
                            work.run();
                        });
    }
}
