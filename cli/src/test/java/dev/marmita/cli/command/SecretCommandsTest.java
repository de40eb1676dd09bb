package dev.marmita.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.cli.Cli;
import dev.marmita.cli.FakePlatform;
import dev.marmita.cli.FakePlatform.Reply;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretCommandsTest {

    private static final String ROUTE = "PUT /api/v1/tenants/acme/secrets/api-key";

    private final InputStream before = System.in;
    private FakePlatform platform;
    private Cli cli;

    @BeforeEach
    void start() throws IOException {
        platform = new FakePlatform();
        cli = new Cli(platform);
    }

    @AfterEach
    void stop() {
        System.setIn(before);
        platform.close();
    }

    @Test
    void takesTheValueFromStandardInputWithoutItsLastLineEnd() {
        platform.on(ROUTE, Reply.json(201, "{'name':'api-key','version':1}"));
        System.setIn(
                new ByteArrayInputStream("hunter2\nhunter3\n".getBytes(StandardCharsets.UTF_8)));
        Cli.Outcome outcome = cli.run("secret", "set", "acme", "api-key");
        assertThat(outcome.exit()).as(outcome.err()).isZero();
        assertThat(outcome.out()).isEqualToIgnoringNewLines("secret api-key, version 1");
        assertThat(platform.requests().getLast().body())
                .isEqualTo("hunter2\nhunter3".getBytes(StandardCharsets.UTF_8));
        assertThat(platform.requests().getLast().headers().get("content-type"))
                .isEqualTo("application/octet-stream");
    }

    @Test
    void takesAFileByteForByte(@TempDir Path folder) throws IOException {
        platform.on(ROUTE, Reply.json(200, "{'name':'api-key','version':2}"));
        byte[] value = {0, -1, '\n'};
        Path file = Files.write(folder.resolve("value"), value);
        assertThat(cli.run("secret", "set", "acme", "api-key", "-f", file.toString()).exit())
                .isZero();
        assertThat(platform.requests().getLast().body()).isEqualTo(value);
    }

    @Test
    void takesNoValueOnTheCommandLineWhereOthersSeeIt() {
        Cli.Outcome outcome = cli.run("secret", "set", "acme", "api-key", "hunter2");
        assertThat(outcome.exit()).isNotZero();
        assertThat(platform.requests()).isEmpty();
    }

    @Test
    void listsWhatUsesThem() {
        platform.on(
                "GET /api/v1/tenants/acme/secrets",
                Reply.json(
                        200,
                        "{'items':[{'name':'api-key','version':2,'updatedAt':'2026-11-21T05:00:00Z','updatedBy':'ana','usedBy':[{'deployment':'receipts','version':2}]}]}"));
        Cli.Outcome outcome = cli.run("secret", "list", "acme");
        assertThat(outcome.out()).contains("api-key", "receipts (2)", "ana");
    }

    @Test
    void saysWhatStillUsesOne() {
        platform.on(
                "DELETE /api/v1/tenants/acme/secrets/api-key",
                Reply.problem(409, "in-use", "Secret 'api-key' is used by receipts"));
        Cli.Outcome outcome = cli.run("secret", "rm", "acme", "api-key");
        assertThat(outcome.exit()).isNotZero();
        assertThat(outcome.err()).contains("is used by receipts");
    }
}
