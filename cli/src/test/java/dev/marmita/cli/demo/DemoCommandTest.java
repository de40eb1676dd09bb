package dev.marmita.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.cli.Cli;
import dev.marmita.cli.FakePlatform;
import dev.marmita.cli.FakePlatform.Reply;
import dev.marmita.cli.FakePlatform.Request;
import dev.marmita.cli.command.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
    private static final String DEPLOYMENT = "/api/v1/tenants/demo/deployments/documents";
    private static final String EXTRACT = "POST /e/demo/documents/extract";

    @TempDir Path folder;
    private FakePlatform platform;
    private boolean protectedEndpoint = true;
    private int running; // replicas

    @BeforeEach
    void start() throws IOException {
        assets();
        platform = new FakePlatform();
        for (DemoModel model : DemoModel.all()) {
            platform.on(
                    "POST /api/v1/models/%s/versions".formatted(model.name()),
                    Reply.json(201, "{'name':'%s','version':4}".formatted(model.name())));
        }
        platform.on("POST /api/v1/models", Reply.json(201, "{}"))
                .on(
                        "POST /api/v1/services",
                        Reply.problem(409, "already-exists", "It exists already"))
                .on(
                        "POST /api/v1/services/documents/versions",
                        Reply.json(200, "{'name':'documents','version':2}"))
                .on(
                        "POST /api/v1/uploads",
                        Reply.json(201, "{'id':'u','offset':0,'state':'complete'}"))
                .on(
                        "POST /api/v1/tenants",
                        Reply.problem(409, "already-exists", "It exists already"))
                .on(
                        "POST /api/v1/tenants/demo/tokens",
                        Reply.json(201, "{'id':'t','token':'mrm_demo'}"))
                .on("PUT " + DEPLOYMENT, Reply.json(200, "{'revision':1}"))
                .on("GET " + DEPLOYMENT, _ -> deployment())
                .on(EXTRACT, this::extract);
    }

    @AfterEach
    void stop() {
        platform.close();
        for (String property :
                new String[] {"marmita.models.jar", "marmita.bundle", "marmita.samples"}) {
            System.clearProperty(property);
        }
    }

    @Test
    void showsTheWholeJobAndMayBeRepeated() {
        Cli cli = new Cli(platform);
        for (int round = 0; round < 2; round++) {
            running = 0;
            Cli.Outcome outcome = cli.run("demo");
            assertThat(outcome.exit()).as(outcome.err()).isZero();
            assertThat(outcome.out())
                    .contains("without a token: 401 no token")
                    .contains("with a wrong token: 401")
                    .contains("── receipt.png ── 1 page(s), 1 lines")
                    .contains("Identificador")
                    .containsPattern("título +missing +- +supply it")
                    .containsPattern("receipt.png +[0-9.]+ m?s +cold start")
                    .containsPattern("receipt.png after sleep +[0-9.]+ m?s +cold start")
                    .contains("curl -H 'Authorization: Bearer mrm_demo'")
                    .contains("Done.");
        }
        assertThat(platform.requests("PUT " + DEPLOYMENT).getFirst().json().toString())
                .contains("\"service\":\"documents@2\"")
                .contains("\"detector\":\"ppocr-det@4\"")
                .contains("\"mode\":\"on-demand\"");
    }

    @Test
    void failsWhenTheEndpointIsNotProtected() {
        protectedEndpoint = false;
        Cli.Outcome outcome = new Cli(platform).run("demo");
        assertThat(outcome.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).contains("it must refuse");
    }

    @Test
    void saysWhatIsNotBuilt() {
        System.setProperty("marmita.bundle", folder.resolve("none.zip").toString());
        Cli.Outcome outcome = new Cli(platform).run("demo");
        assertThat(outcome.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).contains("none.zip");
    }

    private Reply extract(Request request) {
        if (protectedEndpoint
                && !"Bearer mrm_demo".equals(request.headers().get("authorization"))) {
            return Reply.json(401, "{'error':'no token'}");
        }
        running = 1;
        return Reply.json(
                200,
                """
                {'pages':[{'number':1,'lines':[{'text':'TOTAL 9,00','confidence':0.98}]}],
                 'metadata':{'fields':[{'name':'identifier','label':'Identificador','status':'computed','value':'abc','confidence':1},
                   {'name':'title','label':'título','status':'missing','explanation':'supply it'}]},
                 'fields':{'total':{'value':'9.00','confidence':0.9}},
                 'technical':{'checks':[{'name':'resolution','required':'300 dpi','found':'72 dpi','ok':false}]}}
                """);
    }

    /** Whoever looks after a request finds the replica gone at the second look. */
    private Reply deployment() {
        String replicas = running > 0 ? "[{'id':'r','state':'Ready'}]" : "[]";
        running = Math.max(0, running - 1);
        return Reply.json(
                200,
                "{'generation':1,'revision':1,'endpoint':'%s/e/demo/documents/','status':{'observedGeneration':1,'conditions':[{'type':'Ready','status':'True','reason':'Ready','message':''}],'replicas':%s}}"
                        .formatted(platform.url(), replicas));
    }

    private void assets() throws IOException {
        Path models = folder.resolve("models.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(models))) {
            for (DemoModel model : DemoModel.all()) {
                zip.putNextEntry(new ZipEntry(model.entry()));
                zip.write(model.name().getBytes());
            }
        }
        Path samples = Files.createDirectories(folder.resolve("samples"));
        Files.writeString(samples.resolve("receipt.png"), "png");
        Files.writeString(samples.resolve("README.md"), "no document");
        System.setProperty("marmita.models.jar", models.toString());
        System.setProperty(
                "marmita.bundle",
                Files.writeString(folder.resolve("documents.zip"), "zip").toString());
        System.setProperty("marmita.samples", samples.toString());
    }
}
