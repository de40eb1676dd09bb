package dev.marmita.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Endpoints that only members of a group reach, with a real Keycloak: what {@code ./marmita up --with-keycloak} gives a
 * person, driven over HTTP. One start for all of it, so the order matters where something is taken away.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KeycloakIT {

    private static final Map<String, Object> BODY = Map.of("value", 3, "millis", 0);
    private static final String OWN_GROUP = "/clientes/acme/leitores";

    @TempDir static Path folder;
    static Installation installation;
    static World world;
    static Keycloak keycloak;

    @BeforeAll
    static void start() throws Exception {
        installation =
                new Installation(
                        folder.resolve("a home"),
                        Map.of(
                                "MARMITA_PORT",
                                "0",
                                "MARMITA_GATEWAY_PORT",
                                "0",
                                "MARMITA_KEYCLOAK_PORT",
                                "0",
                                "MARMITA_KEYCLOAK",
                                System.getProperty("marmita.keycloak")));
        Installation.Outcome up = installation.run(Duration.ofMinutes(6), "up", "--with-keycloak");
        assertThat(up.exit()).as(up.output()).isZero();
        world = new World(installation);
        keycloak = new Keycloak(installation.home());
        world.pushModel("identity", "one");
        world.pushEcho("first");
        world.tenant("acme");
    }

    @AfterAll
    static void stop() throws Exception {
        installation.close();
        assertThat(installation.processes()).as("processes left behind").isEmpty();
    }

    @Test
    @Order(1)
    void oneRequestMakesAnEndpointForTheMembersOfAGroup() throws Exception {
        deploy("receipts", List.of(keycloak.says("group"), OWN_GROUP));
        awaitProvisioned("receipts", true, "Provisioned");
        JsonNode own = keycloak.get("group-by-path" + OWN_GROUP);
        assertThat(own.path("attributes").path("marmita.owner").size()).isEqualTo(1);
        assertThat(keycloak.client("marmita-acme").path("publicClient").asBoolean()).isTrue();
        assertThat(condition("receipts").path("message").asString())
                .contains("client marmita-acme made", OWN_GROUP);

        world.admin().as(keycloak.memberToken()).call("acme/receipts", "/echo", BODY).expect(200);
        // To who has nothing to do with the tenant it does not exist …
        call("receipts", keycloak.outsiderToken(keycloak.says("tokenClient"))).expect(404);
        // … to who has a token for the tenant it does.
        keycloak.allowPasswords("marmita-acme");
        call("receipts", keycloak.outsiderToken("marmita-acme")).expect(403);
        call("receipts", "").expect(401);
        call("receipts", world.token("acme", List.of("invoke"))).expect(403);
    }

    @Test
    @Order(2)
    void machinesOfTheTenantAreMembersOfWhatWasMadeForIt() throws Exception {
        call("receipts", keycloak.token("marmita-acme.machine")).expect(200);
        world.tenant("globex");
        world.deploy("globex", "receipts", spec(List.of(OWN_GROUP)));

        // The same group, but a token for another tenant.
        world.admin()
                .as(keycloak.token("marmita-acme.machine"))
                .call("globex/receipts", "/echo", BODY)
                .expect(404);
    }

    @Test
    @Order(3)
    void rolesOfTheRealmCountAtTheRestApi() throws Exception {
        Control bruno = world.admin().as(keycloak.outsiderToken("marmita-acme"));
        bruno.get("/tenants/acme").expect(403);

        String client = keycloak.client("marmita-acme").path("id").asString();
        JsonNode role = keycloak.get("clients/" + client + "/roles/deployer");
        keycloak.post(
                "users/"
                        + keycloak.user(keycloak.says("outsider"))
                        + "/role-mappings/clients/"
                        + client,
                List.of(role));

        bruno = world.admin().as(keycloak.outsiderToken("marmita-acme"));
        bruno.get("/tenants/acme").expect(200);
        bruno.get("/tenants/globex").expect(404);
        bruno.post("/tenants", Map.of("name", "own", "displayName", "own", "plan", "starter"))
                .expect(403);
    }

    @Test
    @Order(3)
    void peopleSignInAtTheConsole() throws Exception {
        String membership =
                "users/"
                        + keycloak.user(keycloak.says("member"))
                        + "/groups/"
                        + keycloak.group("/marmita/admins");
        keycloak.put(membership, Map.of());
        try {
            signIn();
        } finally {
            keycloak.delete(membership);
        }
    }

    private static void signIn() throws IOException, InterruptedException {
        String console = installation.connection().url();
        var browser = new Browser();
        Browser.Page page = browser.open(console + "/console");
        assertThat(page.body()).contains("/sign-in/0?next=");
        page = browser.open(console + "/sign-in/0?next=/console/tenants");
        assertThat(page.body()).contains("kc-form-login");

        page =
                browser.submit(
                        page,
                        Map.of(
                                "username",
                                keycloak.says("member"),
                                "password",
                                keycloak.says("memberPassword")));

        assertThat(page.response().statusCode()).as(page.body()).isEqualTo(200);
        assertThat(page.response().headers().firstValue("Refresh"))
                .contains("0; url=/console/tenants");
        assertThat(browser.open(console + "/console/tenants").body())
                .contains("acme")
                .contains(keycloak.says("member"));
        // A second time with the same answer of the provider is of no use.
        assertThat(browser.open(page.response().uri().toString()).response().statusCode())
                .isEqualTo(401);
    }

    @Test
    @Order(4)
    void whoLeavesTheGroupLosesTheEndpointWithTheNextToken() throws Exception {
        String user = keycloak.user(keycloak.says("member"));
        String group = keycloak.group(keycloak.says("group"));
        keycloak.delete("users/" + user + "/groups/" + group);

        call("receipts", keycloak.memberToken()).expect(404);

        keycloak.put("users/" + user + "/groups/" + group, Map.of());
        call("receipts", keycloak.memberToken()).expect(200);
    }

    @Test
    @Order(5)
    void aRotatedKeyFailsNoRequest() throws Exception {
        String before = keycloak.memberToken();
        keycloak.rotateKeys();
        String after = keycloak.memberToken();
        assertThat(after.split("\\.")[0]).isNotEqualTo(before.split("\\.")[0]);

        call("receipts", after).expect(200);
        call("receipts", before).expect(200);
    }

    @Test
    @Order(6)
    void whatSomebodyBreaksIsMended() throws Exception {
        String group = keycloak.group(OWN_GROUP);
        keycloak.delete("groups/" + group);

        // Any change makes it look; else it does so every minute.
        deploy("another", List.of(OWN_GROUP));

        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> keycloak.status("group-by-path" + OWN_GROUP) == 200);
        awaitProvisioned("another", true, "Provisioned");
        call("another", keycloak.token("marmita-acme.machine")).expect(200);
    }

    @Test
    @Order(7)
    void whatIsNotNeededAnyMoreGoesAndWhatIsOthersStays() throws Exception {
        world.admin().delete("/tenants/globex?cascade=true");
        world.admin().delete("/tenants/acme/deployments/another").expect(202);
        deploy("receipts", List.of(keycloak.says("group")));

        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> keycloak.status("group-by-path" + OWN_GROUP) == 404);
        assertThat(keycloak.status("group-by-path/clientes/acme")).isEqualTo(404);
        assertThat(keycloak.status("group-by-path" + keycloak.says("group"))).isEqualTo(200);
        await().atMost(90, TimeUnit.SECONDS)
                .until(() -> keycloak.get("clients?clientId=marmita-globex").isEmpty());
        call("receipts", keycloak.memberToken()).expect(200);
    }

    @Test
    @Order(8)
    void servesOnWhileKeycloakIsDownAndGoesOnWhenItIsBack() throws Exception {
        String token = keycloak.memberToken();
        ProcessHandle server =
                installation.processes("QuarkusEntryPoint start").stream()
                        .filter(each -> each.info().command().orElse("").endsWith("/java"))
                        .findFirst()
                        .orElseThrow();
        server.destroyForcibly();
        server.onExit().get(20, TimeUnit.SECONDS);

        call("receipts", token).expect(200);
        deploy("meanwhile", List.of(keycloak.says("group"), "/feito/entretanto"));
        call("meanwhile", token).expect(200);
        assertThat(keycloak.answers()).isFalse();

        awaitProvisioned("meanwhile", true, "Provisioned");
        assertThat(keycloak.status("group-by-path/feito/entretanto")).isEqualTo(200);
    }

    private static Control.Answer call(String deployment, String token)
            throws IOException, InterruptedException {
        return world.admin().as(token).call("acme/" + deployment, "/echo", BODY);
    }

    private static void deploy(String name, List<String> groups)
            throws IOException, InterruptedException {
        world.deploy("acme", name, spec(groups));
    }

    private static Map<String, Object> spec(List<String> groups) {
        Map<String, Object> spec = new HashMap<>(world.spec("on-demand", "echo", "identity", 1));
        Map<String, Object> scaling = new HashMap<>();
        ((Map<?, ?>) spec.get("scaling")).forEach((key, value) -> scaling.put("" + key, value));
        scaling.put("idleTimeout", "5m");
        spec.put("scaling", scaling);
        spec.put("access", Map.of("tokens", false, "groups", groups));
        return spec;
    }

    private static JsonNode condition(String name) throws IOException, InterruptedException {
        return world.deployment("acme", name)
                .path("status")
                .path("conditions")
                .valueStream()
                .filter(each -> each.path("type").asString().equals("AccessProvisioned"))
                .findFirst()
                .orElse(Control.JSON.missingNode());
    }

    private static void awaitProvisioned(String name, boolean status, String reason) {
        await().atMost(Duration.ofSeconds(120))
                .untilAsserted(
                        () -> {
                            JsonNode condition = condition(name);
                            assertThat(condition.path("status").asBoolean())
                                    .as(condition.toString())
                                    .isEqualTo(status);
                            assertThat(condition.path("reason").asString()).isEqualTo(reason);
                        });
    }
}
