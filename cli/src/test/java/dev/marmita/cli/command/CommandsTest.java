package dev.marmita.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.cli.Cli;
import dev.marmita.cli.FakePlatform;
import dev.marmita.cli.FakePlatform.Reply;
import dev.marmita.cli.api.Digest;
import dev.marmita.cli.api.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
    private static final String DEPLOYMENT = "/api/v1/tenants/acme/deployments/receipts";

    @TempDir Path folder;
    private FakePlatform platform;
    private Cli cli;

    @BeforeEach
    void start() throws IOException {
        platform = new FakePlatform();
        cli = new Cli(platform);
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    @Test
    void everyCommandHasHelp() {
        for (String command :
                List.of(
                        "status",
                        "model",
                        "model push",
                        "model list",
                        "model show",
                        "model label",
                        "model versions",
                        "model pull",
                        "model rm",
                        "model tag",
                        "service push",
                        "service list",
                        "tenant create",
                        "tenant list",
                        "tenant rm",
                        "token create",
                        "token list",
                        "token revoke",
                        "token rotate",
                        "admin create",
                        "admin list",
                        "admin rotate",
                        "admin revoke",
                        "usage",
                        "audit list",
                        "audit export",
                        "audit verify",
                        "deploy",
                        "deployment list",
                        "deployment show",
                        "deployment rm",
                        "deployment revisions",
                        "deployment diff",
                        "deployment rollback",
                        "deployment logs",
                        "deployment replicas",
                        "invoke",
                        "evaluate",
                        "demo")) {
            String[] words = (command + " --help").split(" ");
            Cli.Outcome outcome = cli.run(words);
            assertThat(outcome.exit()).as(command).isZero();
            assertThat(outcome.out()).as(command).startsWith("Usage: marmita " + command);
        }
    }

    @Test
    void exitStatusSaysWhatWentWrong() {
        platform.on(
                        "POST /api/v1/tenants",
                        Reply.problem(409, "already-exists", "There is a tenant acme"))
                .on("GET /api/v1/tenants", Reply.problem(403, "forbidden", "not with this token"))
                .on("GET /api/v1/status", Reply.problem(500, "internal", "broken"));
        assertThat(cli.run("model", "show", "nothing").exit()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(cli.run("tenant", "create", "acme").exit()).isEqualTo(ExitCode.CONFLICT);
        assertThat(cli.run("tenant", "list").exit()).isEqualTo(ExitCode.NOT_ALLOWED);
        assertThat(cli.run("status").exit()).isEqualTo(ExitCode.FAILED);
        assertThat(cli.run("stutas").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(cli.run("deployment", "show", "no-slash").exit()).isEqualTo(ExitCode.USAGE);
        assertThat(new Cli(Map.of("MARMITA_HOME", folder.toString())).run("status").exit())
                .isEqualTo(ExitCode.NOT_REACHABLE);
        assertThat(
                        new Cli(
                                        Map.of(
                                                "MARMITA_URL",
                                                platform.url().toString(),
                                                "MARMITA_TOKEN",
                                                "wrong"))
                                .run("status")
                                .exit())
                .isEqualTo(ExitCode.NOT_ALLOWED);
    }

    @Test
    void anErrorSaysWhatHappenedWhyAndWhatToDo() {
        platform.on(
                "GET /api/v1/tenants",
                Reply.problem(403, "forbidden", "The token has no scope 'admin'"));
        assertThat(cli.run("tenant", "list").err())
                .contains("error: The token has no scope 'admin'")
                .contains("marmita token create")
                .contains("request req-1")
                .doesNotContain("Exception");
    }

    @Test
    void listsAsATable() {
        platform.on(
                "GET /api/v1/models",
                Reply.json(
                        200,
                        "{'items':[{'name':'ppocr-det','description':'finds text','labels':{'latest':3,'production':2},'tags':{'lang':'zh'}},{'name':'x'}]}"));
        assertThat(cli.run("model", "list").out().lines())
                .containsExactly(
                        "NAME       LATEST  LABELS                  TAGS     UPDATED  DESCRIPTION",
                        "ppocr-det  3       latest=3, production=2  lang=zh  -        finds text",
                        "x          -       -                       -        -        -");
        assertThat(
                        Json.parse(cli.run("model", "list", "--json").out().getBytes())
                                .path(0)
                                .path("name")
                                .asString())
                .isEqualTo("ppocr-det");
    }

    @Test
    void pushesAModelWithAllThatIsSaidAboutIt() throws IOException {
        Path file = Files.writeString(folder.resolve("m.onnx"), "onnx");
        String digest = Digest.of(file, (_, _) -> {});
        platform.on("POST /api/v1/models", Reply.problem(409, "already-exists", "There is one"))
                .on("POST /api/v1/uploads", Reply.json(201, "{'id':'u','offset':0,'state':'open'}"))
                .on(
                        "PUT /api/v1/uploads/u",
                        Reply.json(200, "{'id':'u','offset':4,'state':'open'}"))
                .on("POST /api/v1/uploads/u/complete", Reply.json(200, "{'state':'complete'}"))
                .on(
                        "POST /api/v1/models/m/versions",
                        it ->
                                Reply.json(
                                        201,
                                        "{'name':'m','version':7,'digest':'%s'}"
                                                .formatted(digest)));

        Cli.Outcome outcome =
                cli.run(
                        "model",
                        "push",
                        "m",
                        file.toString(),
                        "--label",
                        "production",
                        "--tag",
                        "lang=pt",
                        "--metadata",
                        "f1=0.9",
                        "--provenance",
                        "commit=abc");

        assertThat(outcome.exit()).as(outcome.err()).isZero();
        assertThat(outcome.out()).isEqualToIgnoringNewLines("m@7 " + digest);
        assertThat(platform.requests("POST /api/v1/models/m/versions").getFirst().json().toString())
                .isEqualTo(
                        "{\"digest\":\"%s\",\"metadata\":{\"f1\":\"0.9\"},\"tags\":{\"lang\":\"pt\"},\"provenance\":{\"commit\":\"abc\"},\"labels\":[\"production\"]}"
                                .formatted(digest));
    }

    @Test
    void aRefusedFirstVersionLeavesNoEmptyModel() throws IOException {
        Path file = Files.writeString(folder.resolve("m.onnx"), "no onnx");
        platform.on("POST /api/v1/models", Reply.json(201, "{'name':'m'}"))
                .on("POST /api/v1/models", Reply.problem(409, "already-exists", "There is one"))
                .on("DELETE /api/v1/models/m", new Reply(204, Map.of(), new byte[0]))
                .on(
                        "POST /api/v1/uploads",
                        Reply.json(201, "{'id':'u','offset':0,'state':'complete'}"))
                .on(
                        "POST /api/v1/models/m/versions",
                        Reply.problem(422, "invalid-content", "not an ONNX file"));

        Cli.Outcome first = cli.run("model", "push", "m", file.toString());
        assertThat(first.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(first.err()).contains("error: not an ONNX file");
        assertThat(platform.requests("DELETE /api/v1/models/m")).hasSize(1);

        cli.run("model", "push", "m", file.toString());
        assertThat(platform.requests("DELETE /api/v1/models/m"))
                .as("a model that was there stays")
                .hasSize(1);
    }

    @Test
    void pushesABundleUnderItsOwnName() throws IOException {
        Path bundle = folder.resolve("b.zip");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(bundle))) {
            zip.putNextEntry(new ZipEntry("service.yaml"));
            zip.write("name: receipts\nclass: a.B\n".getBytes());
        }
        platform.on("POST /api/v1/services", Reply.json(201, "{'name':'receipts'}"))
                .on(
                        "POST /api/v1/uploads",
                        Reply.json(201, "{'id':'u','offset':0,'state':'complete'}"))
                .on(
                        "POST /api/v1/services/receipts/versions",
                        Reply.json(200, "{'name':'receipts','version':1}"));

        assertThat(cli.run("service", "push", bundle.toString()).out()).startsWith("receipts@1");
        Path noBundle = Files.writeString(folder.resolve("n.zip"), "no zip");
        assertThat(cli.run("service", "push", noBundle.toString()).exit())
                .isEqualTo(ExitCode.USAGE);
        assertThat(cli.run("service", "push", "/no/such.zip").exit()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void pullsAndChecksTheDigest() throws IOException {
        Path original = Files.writeString(folder.resolve("original"), "the content");
        String digest = Digest.of(original, (_, _) -> {});
        platform.on("GET /api/v1/models/m", Reply.json(200, "{'name':'m','labels':{'latest':2}}"))
                .on(
                        "GET /api/v1/models/m/versions/2",
                        Reply.json(
                                200,
                                "{'name':'m','version':2,'size':11,'digest':'%s'}"
                                        .formatted(digest)))
                .on(
                        "GET /api/v1/models/m/versions/2/content",
                        new Reply(200, Map.of(), "the content".getBytes()))
                .on(
                        "GET /api/v1/models/m/versions/2/content",
                        new Reply(200, Map.of(), "the c0ntent".getBytes()));
        Path target = folder.resolve("fetched.onnx");

        assertThat(cli.run("model", "pull", "m", "-o", target.toString()).exit()).isZero();
        assertThat(target).hasContent("the content");

        Cli.Outcome tampered = cli.run("model", "pull", "m:latest", "-o", target.toString());
        assertThat(tampered.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(tampered.err()).contains("not what was pushed");
        assertThat(target).hasContent("the content");
        assertThat(folder.resolve("fetched.onnx.part")).doesNotExist();
    }

    @Test
    void movesALabelByCompareAndSwap() {
        platform.on("PUT /api/v1/models/m/labels/production", Reply.json(200, "{}"));
        cli.run("model", "label", "m", "production", "3");
        cli.run("model", "label", "m", "production", "3", "--expected", "2");
        cli.run("model", "label", "m", "production", "3", "--expected", "0");
        assertThat(platform.requests("PUT /api/v1/models/m/labels/production"))
                .extracting(it -> it.json().toString())
                .containsExactly(
                        "{\"version\":3}",
                        "{\"version\":3,\"expected\":2}",
                        "{\"version\":3,\"expected\":null}");
    }

    @Test
    void showsTheHistoryOfADeployment() {
        platform.on(
                        "GET " + DEPLOYMENT + "/revisions",
                        Reply.json(
                                200,
                                "{'items':[{'number':2,'cause':'Rollback','restores':1,'service':{'name':'documents','version':3},'models':{'detector':{'name':'det','version':1}},'createdBy':'ana'}]}"))
                .on(
                        "GET " + DEPLOYMENT + "/revisions/1/diff",
                        Reply.json(
                                200,
                                "{'items':[{'field':'models.detector','before':'det@1','after':''}]}"))
                .on(
                        "GET " + DEPLOYMENT + "/logs",
                        new Reply(200, Map.of("Content-Type", "text/plain"), "a\nb\n".getBytes()));
        assertThat(
                        cli.run("deployment", "revisions", "acme/receipts")
                                .out()
                                .lines()
                                .toList()
                                .getLast())
                .isEqualTo("2         -        ana  Rollback to 1  documents@3  detector=det@1");
        assertThat(cli.run("deployment", "diff", "acme/receipts", "1", "2").out().lines())
                .containsExactly("models.detector", "  - det@1");
        assertThat(platform.requests().getLast().query()).isEqualTo("to=2");
        assertThat(
                        cli.run(
                                        "deployment",
                                        "logs",
                                        "acme/receipts",
                                        "--replica",
                                        "r 1",
                                        "--tail",
                                        "5")
                                .out()
                                .lines())
                .containsExactly("a", "b");
        assertThat(platform.requests().getLast().query()).isEqualTo("tail=5&replica=r+1");
    }

    @Test
    void showsWhichLabelsThereAreWhenOneIsNot() {
        platform.on("GET /api/v1/models/m", Reply.json(200, "{'name':'m','labels':{'latest':2}}"));
        Cli.Outcome outcome = cli.run("model", "show", "m:staging");
        assertThat(outcome.exit()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(outcome.err()).contains("no label 'staging'").contains("latest=2");
    }

    @Test
    void aTokenIsPrintedAloneSoThatAScriptCanTakeIt() {
        platform.on(
                "POST /api/v1/tenants/acme/tokens",
                Reply.json(201, "{'id':'t1','token':'mrm_secret'}"));
        Cli.Outcome outcome =
                cli.run(
                        "token",
                        "create",
                        "acme",
                        "ci",
                        "--scope",
                        "invoke,read",
                        "--deployment",
                        "receipts");
        assertThat(outcome.out()).isEqualToIgnoringNewLines("mrm_secret");
        assertThat(platform.requests().getLast().json().toString())
                .isEqualTo(
                        "{\"name\":\"ci\",\"scopes\":[\"invoke\",\"read\"],\"deployments\":[\"receipts\"],\"expiresIn\":\"90d\"}");
    }

    @Test
    void deploysAFileAsItIsAndShowsConditionsAsTheyChange() throws IOException {
        Path spec =
                Files.writeString(folder.resolve("receipts.yaml"), "service: documents\n# kept\n");
        platform.on(
                        "PUT " + DEPLOYMENT,
                        Reply.json(201, "{'revision':1,'endpoint':'http://gw/e/acme/receipts/'}"))
                .on(
                        "GET " + DEPLOYMENT,
                        deployment("False", "Starting", "a replica starts", "True"))
                .on(
                        "GET " + DEPLOYMENT,
                        deployment("False", "Starting", "a replica starts", "True"))
                .on("GET " + DEPLOYMENT, deployment("True", "Ready", "", "False"));

        Cli.Outcome outcome = cli.run("deploy", "-f", spec.toString(), "-t", "acme", "--wait");

        assertThat(outcome.exit()).as(outcome.err()).isZero();
        assertThat(outcome.out())
                .contains("acme/receipts is deployed, revision 2, http://gw/e/acme/receipts/");
        assertThat(outcome.err())
                .containsOnlyOnce("Ready=False Starting: a replica starts")
                .contains("Ready=True Ready");
        FakePlatform.Request put = platform.requests("PUT " + DEPLOYMENT).getFirst();
        assertThat(put.headers()).containsEntry("content-type", "application/yaml");
        assertThat(put.body()).isEqualTo(Files.readAllBytes(spec));
    }

    @Test
    void waitingEndsWhenTheDeploymentFailed() throws IOException {
        Path spec = Files.writeString(folder.resolve("receipts.json"), "{}");
        platform.on("PUT " + DEPLOYMENT, Reply.json(200, "{'revision':2}"))
                .on(
                        "GET " + DEPLOYMENT,
                        Reply.json(
                                200,
                                "{'generation':2,'status':{'phase':'Failed','observedGeneration':2,'conditions':[{'type':'Ready','status':'False','reason':'BundleInvalid','message':'no class a.B'}]}}"));
        Cli.Outcome outcome = cli.run("deploy", "-f", spec.toString(), "-t", "acme", "--wait");
        assertThat(outcome.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).contains("acme/receipts failed: BundleInvalid: no class a.B");
    }

    @Test
    void waitingIsBounded() throws IOException {
        Path spec = Files.writeString(folder.resolve("receipts.json"), "{}");
        platform.on("PUT " + DEPLOYMENT, Reply.json(200, "{'revision':2}"))
                .on("GET " + DEPLOYMENT, deployment("False", "Starting", "", "True"));
        Cli.Outcome outcome =
                cli.run(
                        "deploy",
                        "-f",
                        spec.toString(),
                        "-t",
                        "acme",
                        "--wait",
                        "--timeout",
                        "10ms");
        assertThat(outcome.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).contains("not yet");
    }

    @Test
    void invokesWithATokenOfItsOwnAndRevokesIt() throws IOException {
        Path document = Files.writeString(folder.resolve("r.jpg"), "jpeg");
        platform.on(
                        "GET " + DEPLOYMENT,
                        Reply.json(
                                200, "{'endpoint':'%s/e/acme/receipts'}".formatted(platform.url())))
                .on(
                        "POST /api/v1/tenants/acme/tokens",
                        Reply.json(201, "{'id':'t1','token':'mrm_once'}"))
                .on("DELETE /api/v1/tenants/acme/tokens/t1", new Reply(204, Map.of(), new byte[0]))
                .on(
                        "POST /e/acme/receipts/extract",
                        Reply.json(200, "{'text':'hello'}")
                                .with(
                                        "Server-Timing",
                                        "decode;dur=12.4, total;desc=\"all\";dur=30"))
                .on("POST /e/acme/receipts/extract", Reply.json(422, "{'error':'not an image'}"));

        Cli.Outcome good =
                cli.run("invoke", "acme/receipts", document.toString(), "--query", "kind=a b");
        assertThat(good.exit()).as(good.err()).isZero();
        assertThat(good.out()).contains("\"text\" : \"hello\"");
        assertThat(good.err()).contains("decode 12 ms, total 30 ms");
        FakePlatform.Request sent = platform.requests("POST /e/acme/receipts/extract").getFirst();
        assertThat(sent.headers())
                .containsEntry("content-type", "image/jpeg")
                .containsEntry("authorization", "Bearer mrm_once");
        assertThat(sent.query()).isEqualTo("kind=a+b");

        Cli.Outcome bad = cli.run("invoke", "acme/receipts", document.toString());
        assertThat(bad.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(bad.err()).contains("error: not an image");
        assertThat(platform.requests("DELETE /api/v1/tenants/acme/tokens/t1")).hasSize(2);
    }

    private static Reply deployment(
            String ready, String reason, String message, String progressing) {
        return Reply.json(
                200,
                "{'generation':2,'revision':2,'endpoint':'http://gw/e/acme/receipts/','status':{'phase':'Starting','observedGeneration':2,'readyReplicas':0,'conditions':[{'type':'Ready','status':'%s','reason':'%s','message':'%s'},{'type':'Progressing','status':'%s','reason':'X','message':''}]}}"
                        .formatted(ready, reason, message, progressing));
    }
}
