package dev.marmita.cli.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.cli.Cli;
import dev.marmita.cli.FakePlatform;
import dev.marmita.cli.FakePlatform.Reply;
import dev.marmita.cli.FakePlatform.Request;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.command.ExitCode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class EvaluateCommandTest {
    @TempDir Path folder;
    private FakePlatform platform;
    private Cli cli;

    @BeforeEach
    void start() throws IOException {
        platform = new FakePlatform();
        cli = new Cli(platform);
        platform.on(
                        "GET /api/v1/tenants/acme/deployments/docs",
                        Reply.json(200, "{'endpoint':'%s/e/acme/docs/'}".formatted(platform.url())))
                .on(
                        "POST /api/v1/tenants/acme/tokens",
                        Reply.json(201, "{'id':'t1','token':'mrm_once'}"))
                .on("DELETE /api/v1/tenants/acme/tokens/t1", new Reply(204, Map.of(), new byte[0]));
        document("one", "ONE TWO", "'fields':{'total':'9.00'}");
        document("two", "THREE", "'fields':{}");
        document("three", "four", "'fields':{}");
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    @Test
    void printsAccuracyAndSpeedAndKeepsBoth() throws IOException {
        platform.on("POST /e/acme/docs/extract", this::readsWell);
        Path figures = folder.resolve("figures.json");
        Path saved = folder.resolve("saved");

        Cli.Outcome outcome =
                cli.run(
                        "evaluate",
                        folder.toString(),
                        "--endpoint",
                        "acme/docs",
                        "--concurrency",
                        "2",
                        "--worst",
                        "1",
                        "--json",
                        figures.toString(),
                        "--save",
                        saved.toString());

        assertThat(outcome.exit()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("words case-insensitive    P 1.0000  R 1.0000  F1 1.0000")
                .contains("exact total      P 1.0000  R 1.0000  F1 1.0000  (1/1 of 1)")
                .contains("pages per second, 2 at a time")
                .contains("stages, mean ms:  detect 5.0")
                .contains("worst one  F1 1.000");
        JsonNode json = Json.parse(Files.readAllBytes(figures));
        assertThat(json.path("ocr").path("words_ci").path("f1").asDouble()).isEqualTo(1.0);
        assertThat(json.path("ocr").path("words_cs").path("f1").asDouble()).isLessThan(1.0);
        assertThat(json.path("speed").path("pages").asInt()).isEqualTo(3);
        assertThat(Pages.json(saved)).hasSize(3);
        assertThat(OcrScore.of(Pages.json(folder.resolve("truth")), Pages.json(saved)).good())
                .isEqualTo(3);
        // One request more than documents: the first one is not in the figures.
        assertThat(platform.requests("POST /e/acme/docs/extract")).hasSize(4);
    }

    @Test
    void aDocumentWithoutAnAnswerCountsAsNotRead() {
        platform.on(
                "POST /e/acme/docs/extract",
                it ->
                        text(it).equals("THREE")
                                ? Reply.json(422, "{'error':'too dark'}")
                                : readsWell(it));
        Cli.Outcome outcome = cli.run("evaluate", folder.toString(), "--endpoint", "acme/docs");
        assertThat(outcome.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.out()).contains("without prediction 1");
        assertThat(outcome.err()).contains("no answer for two: 422 too dark");
    }

    @Test
    void comesAgainWhenTheEndpointIsBusy() {
        platform.on("POST /e/acme/docs/ocr", this::readsWell)
                .on(
                        "POST /e/acme/docs/ocr",
                        Reply.json(503, "{'error':'busy'}").with("Retry-After", "0"))
                .on("POST /e/acme/docs/ocr", this::readsWell);
        Cli.Outcome outcome =
                cli.run("evaluate", folder.toString(), "--endpoint", "acme/docs", "--ocr-only");
        assertThat(outcome.exit()).as(outcome.err()).isZero();
        assertThat(outcome.out()).contains("without prediction 0");
    }

    @Test
    void takesOnlySoManyDocuments() {
        platform.on("POST /e/acme/docs/extract", this::readsWell);
        Cli.Outcome outcome =
                cli.run("evaluate", folder.toString(), "--endpoint", "acme/docs", "--limit", "2");
        assertThat(outcome.out()).contains("pages 2  without prediction 0");
    }

    @Test
    void saysWhatAFolderMustHold() {
        assertThat(cli.run("evaluate", "/no/such/folder").exit()).isEqualTo(ExitCode.USAGE);
        Cli.Outcome outcome = cli.run("evaluate", folder.resolve("img").toString());
        assertThat(outcome.exit()).isEqualTo(ExitCode.USAGE);
        assertThat(outcome.err()).contains("truth/*.json");
    }

    /** The "image" holds its text. */
    private Reply readsWell(Request request) {
        return Reply.json(
                        200,
                        "{'pages':[{'lines':[{'text':'%s','box':[[0,0],[9,0],[9,9],[0,9]]}]}],'fields':%s}"
                                .formatted(
                                        text(request).toLowerCase(),
                                        text(request).startsWith("ONE")
                                                ? "{'total':{'value':'9.00','confidence':1}}"
                                                : "{}"))
                .with("Server-Timing", "detect;dur=5");
    }

    private static String text(Request request) {
        return new String(request.body(), StandardCharsets.UTF_8);
    }

    private void document(String id, String text, String fields) throws IOException {
        Files.createDirectories(folder.resolve("img"));
        Files.createDirectories(folder.resolve("truth"));
        Files.writeString(folder.resolve("img").resolve(id + ".jpg"), text);
        Files.writeString(
                folder.resolve("truth").resolve(id + ".json"),
                "{'lines':[{'text':'%s','box':[[0,0],[9,0],[9,9],[0,9]]}],%s}"
                        .formatted(text, fields)
                        .replace('\'', '"'));
    }
}
