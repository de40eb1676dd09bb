package dev.marmita.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.cli.Cli;
import dev.marmita.cli.FakePlatform;
import dev.marmita.cli.FakePlatform.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessCommandsTest {

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
    void makesAnAdministrator() {
        platform.on("POST /api/v1/tokens", Reply.json(201, "{'id':'t1','token':'mmt_secret'}"));
        Cli.Outcome outcome = cli.run("admin", "create", "ana", "--expires-in", "30d");
        assertThat(outcome.out()).isEqualToIgnoringNewLines("mmt_secret");
        assertThat(platform.requests().getLast().json().toString())
                .isEqualTo("{\"name\":\"ana\",\"scopes\":[\"admin\"],\"expiresIn\":\"30d\"}");
    }

    @Test
    void rotatesATokenWithAnOverlap() {
        platform.on(
                "POST /api/v1/tenants/acme/tokens/t1/rotate",
                Reply.json(201, "{'id':'t2','token':'mmt_new'}"));
        Cli.Outcome outcome = cli.run("token", "rotate", "acme", "t1", "--overlap", "2h");
        assertThat(outcome.out()).isEqualToIgnoringNewLines("mmt_new");
        assertThat(platform.requests().getLast().json().toString())
                .isEqualTo("{\"overlap\":\"2h\"}");
    }

    @Test
    void showsUsageWithItsPrice() {
        platform.on(
                "GET /api/v1/tenants/acme/usage",
                Reply.json(
                        200,
                        "{'currency':'BRL','items':[{'deployment':'receipts','replicaSeconds':3600.000000,'cpuSeconds':7200.000000,'memoryGibSeconds':3600.000000,'price':1.250000}],'total':{'replicaSeconds':3600.000000,'cpuSeconds':7200.000000,'memoryGibSeconds':3600.000000,'price':1.250000}}"));
        Cli.Outcome outcome =
                cli.run("usage", "acme", "--from", "2026-11-01", "--zone", "America/Sao_Paulo");
        assertThat(outcome.exit()).isZero();
        assertThat(outcome.out()).contains("BRL").contains("receipts").contains("total");
        assertThat(platform.requests().getLast().query())
                .contains("groupBy=deployment")
                .contains("from=2026-11-01")
                .contains("zone=America%2FSao_Paulo");
    }

    @Test
    void aBrokenAuditFailsTheCommand() {
        platform.on(
                "GET /api/v1/audit/verify",
                Reply.json(
                        200,
                        "{'whole':false,'events':4,'seq':4,'hash':'ab','problem':'event 5 is missing'}"));
        Cli.Outcome outcome = cli.run("audit", "verify");
        assertThat(outcome.exit()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).contains("event 5 is missing");
    }

    /** As the platform wrote it; the hashes were made with sha256sum. */
    private static final List<String> EXPORT =
            List.of(
                    "{\"seq\":1,\"hash\":\"5e1df4ffc44e2cdd6b297353c4b68c10e4aed942a6ad612945494642a3054456\",\"event\":{\"action\": \"tenant.created\"}}",
                    "{\"seq\":2,\"hash\":\"dfe10a6ac4dee3aa1291dd5d22a598d3e7fd0e3f3e04fc87227264646b4a42ce\",\"event\":{\"action\": \"tenant.deleted\", \"é\": 1}}");

    @Test
    void checksAnExportWithoutThePlatform(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("audit.jsonl"), EXPORT);
        Cli.Outcome whole = cli.run("audit", "verify", "--file", file.toString());
        assertThat(whole.exit()).as(whole.err()).isZero();
        assertThat(whole.out())
                .startsWith(
                        "--seq 2 --hash dfe10a6ac4dee3aa1291dd5d22a598d3e7fd0e3f3e04fc87227264646b4a42ce");

        Files.write(file, List.of(EXPORT.get(0), EXPORT.get(1).replace("deleted", "created")));
        assertThat(cli.run("audit", "verify", "--file", file.toString()).err())
                .contains("event 2 is not what was written");
        Files.write(file, List.of(EXPORT.get(1)));
        assertThat(cli.run("audit", "verify", "--file", file.toString()).err())
                .contains("event 1 is missing");
        Files.write(file, List.of(EXPORT.get(0)));
        assertThat(
                        cli.run(
                                        "audit",
                                        "verify",
                                        "--file",
                                        file.toString(),
                                        "--seq",
                                        "2",
                                        "--hash",
                                        "dfe10a6ac4dee3aa1291dd5d22a598d3e7fd0e3f3e04fc87227264646b4a42ce")
                                .err())
                .contains("ends before event 2");
    }
}
