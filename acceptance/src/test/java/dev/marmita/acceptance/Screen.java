package dev.marmita.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A headless browser before the console: opens pages, judges them by axe, takes pictures of them. */
final class Screen implements AutoCloseable {

    private static final Path PICTURES = Path.of("target/console");
    private static final String AXE = axe();
    private static final int PATIENCE_MILLIS = 30_000;

    private final Playwright playwright;
    private final Browser browser;
    private final List<String> complaints = new ArrayList<>();

    /** How somebody looks. */
    record Looks(String language, ColorScheme theme, int width) {
        static final Looks USUAL = new Looks("en-US", ColorScheme.LIGHT, 1360);

        String text() {
            return language.substring(0, 2)
                    + "-"
                    + theme.name().toLowerCase(java.util.Locale.ROOT)
                    + (width < 600 ? "-phone" : "");
        }
    }

    Screen(Path program) {
        playwright =
                Playwright.create(
                        new Playwright.CreateOptions()
                                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser =
                playwright
                        .chromium()
                        .launch(
                                new BrowserType.LaunchOptions()
                                        .setExecutablePath(program)
                                        .setArgs(
                                                List.of(
                                                        "--no-sandbox",
                                                        "--disable-gpu",
                                                        "--disable-dev-shm-usage")));
    }

    /**
     * A browser of its own, as another person has it.
     *
     * @param state of another one, to be signed in as it is; empty: a fresh one
     */
    BrowserContext person(Looks looks, String state) {
        var options =
                new Browser.NewContextOptions()
                        .setLocale(looks.language())
                        .setColorScheme(looks.theme())
                        .setViewportSize(looks.width(), 900);
        if (!state.isEmpty()) {
            options.setStorageState(state);
        }
        BrowserContext context = browser.newContext(options);
        context.setDefaultTimeout(PATIENCE_MILLIS);
        return context;
    }

    /** A page whose scripts' errors, and refusals by the page's policy, are remembered. */
    Page open(BrowserContext context) {
        Page page = context.newPage();
        page.onPageError(error -> complaints.add(page.url() + " " + error));
        page.onConsoleMessage(
                message -> {
                    if (message.text().contains("Content Security Policy")
                            || message.text().contains("Content-Security-Policy")) {
                        complaints.add(page.url() + " " + message.text());
                    }
                });
        return page;
    }

    /** What scripts and the policy complained about so far. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    static void picture(Page page, String name) {
        page.screenshot(
                new Page.ScreenshotOptions()
                        .setPath(PICTURES.resolve(name + ".png"))
                        .setFullPage(true));
    }

    /** WCAG 2.2 AA, as far as a program can tell. */
    static void accessible(Page page, String name) {
        // Through the driver, not as a script of the page: its policy forbids those, as it should.
        page.evaluate(AXE);
        Object found =
                page.evaluate(
                        """
                        () => axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})
                          .then(result => result.violations.map(v =>
                            v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 200) + ' ' + n.failureSummary).join('; ')))\
                        """);
        assertThat((List<?>) found).as("accessibility of %s", name).isEmpty();
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }

    private static String axe() {
        try (InputStream in = Screen.class.getResourceAsStream("/axe.min.js")) {
            if (in == null) {
                throw new IllegalStateException("axe is not on the classpath");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
    }
}
