package dev.marmita.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

/** Secrets on their way to a real runner, and what is left of them behind it: nothing. */
@ExtendWith(SharedPlatform.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecretRolloutTest {

    private static final Duration START = Duration.ofSeconds(60);
    private static final String TENANT = "/api/v1/tenants/vault";
    private static final String PATH = TENANT + "/deployments/keeper";
    private static final String SPEC =
            """
            service: keeper
            models: {classifier: keeper-model}
            resources: {cpu: 1, memory: 512Mi}
            scaling: {idleTimeout: 1h}
            secrets:
              api-key: {env: API_KEY}
              certificate: {file: key.pem}
            """;

    private final RunningPlatform platform;
    private final Client admin;
    private final List<String> answers = new ArrayList<>();
    private Client caller;

    SecretRolloutTest(RunningPlatform platform) {
        this.platform = platform;
        this.admin = platform.admin();
    }

    @BeforeAll
    void push() {
        String model = admin.upload(Client.resource("/models/ch_ppocr_mobile_v2.0_cls_infer.onnx"));
        admin.post("/api/v1/models", Map.of("name", "keeper-model"));
        admin.post("/api/v1/models/keeper-model/versions", Map.of("digest", model));
        admin.post("/api/v1/services", Map.of("name", "keeper"));
        var version =
                admin.post(
                        "/api/v1/services/keeper/versions",
                        Map.of("digest", admin.upload(SampleBundle.bytes("keeper"))));
        assertThat(version.status()).as(version.body()).isEqualTo(201);
        admin.post("/api/v1/tenants", Map.of("name", "vault"));
        caller =
                platform.client(
                        admin.post(
                                        TENANT + "/tokens",
                                        Map.of("name", "x", "scopes", List.of("invoke")))
                                .json()
                                .get("token")
                                .stringValue());
    }

    @Test
    void aSecretReachesItsServiceIsRotatedAndIsNowhereElse() throws Exception {
        var logs = new ListAppender<ILoggingEvent>();
        logs.start();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(logs);
        String first = random();
        String second = random();
        String certificate = random();
        try {
            var unknown = put();
            assertThat(unknown.status()).isEqualTo(422);
            assertThat(unknown.body())
                    .contains("secrets.api-key", "the tenant has no secret 'api-key'");
            secret("api-key", first);
            secret("certificate", certificate);
            assertThat(put().status()).isEqualTo(201);
            String endpoint = heard(admin.get(PATH)).json().get("endpoint").stringValue();

            var given = heard(caller.post(endpoint + "given", Map.of("text", "key.pem")));
            assertThat(given.status()).as(given.body()).isEqualTo(200);
            assertThat(given.json().get("env").stringValue()).isEqualTo(digest(first));
            assertThat(given.json().get("file").stringValue()).isEqualTo(digest(certificate));
            assertThat(given.json().get("permissions").stringValue()).isEqualTo("r--------");
            assertThat(launchFiles()).isNotEmpty().allMatch(text -> text.contains("\"secrets\""));
            var used = heard(admin.delete(TENANT + "/secrets/api-key"));
            assertThat(used.status()).isEqualTo(409);
            assertThat(used.body()).contains("is used by keeper");

            secret("api-key", second);
            awaitReplica(endpoint, "keeper-2-", second);
            assertThat(heard(admin.get(PATH + "/revisions/2")).json().get("cause").stringValue())
                    .isEqualTo("secrets");
            assertThat(heard(admin.get(PATH + "/revisions/1/diff?to=2")).body())
                    .contains("resolved.secrets.api-key", "version 1", "version 2");

            // Old work, present secrets.
            var back = heard(admin.post(PATH + "/rollback", Map.of("revision", 1)));
            assertThat(back.status()).as(back.body()).isEqualTo(200);
            awaitReplica(endpoint, "keeper-3-", second);
            heard(admin.get(TENANT + "/secrets"));
            heard(admin.get(PATH + "/logs"));
            heard(admin.get(PATH + "/revisions"));
            heard(admin.get("/api/v1/audit/export"));
        } finally {
            root.detachAppender(logs);
        }
        for (String value : List.of(first, second, certificate)) {
            assertThat(answers).noneMatch(answer -> tells(bytes(answer), value));
            assertThat(new ArrayList<>(logs.list))
                    .noneMatch(event -> tells(bytes(event.getFormattedMessage()), value));
            assertThat(dump()).noneMatch(row -> tells(bytes(row), value));
            assertThat(filesWith(value)).isEmpty();
        }

        admin.delete(PATH);
        await().atMost(START).until(() -> admin.get(PATH).status() == 404);
        assertThat(admin.delete(TENANT + "/secrets/api-key").status()).isEqualTo(204);
        assertThat(secretFolders()).isEmpty();
    }

    /** Until the new replica answers; no request fails on the way there. */
    private void awaitReplica(String endpoint, String replica, String value) {
        await().atMost(START)
                .until(
                        () -> {
                            var next = caller.post(endpoint + "given", Map.of("text", "key.pem"));
                            assertThat(next.status()).as(next.body()).isEqualTo(200);
                            boolean there = next.header("Marmita-Replica").startsWith(replica);
                            if (there) {
                                assertThat(next.json().get("env").stringValue())
                                        .isEqualTo(digest(value));
                            }
                            return there;
                        });
    }

    private Client.Answer put() {
        return heard(admin.put(PATH, SPEC, Map.of("Content-Type", "application/yaml")));
    }

    private void secret(String name, String value) {
        var put = heard(admin.put(TENANT + "/secrets/" + name, Map.of("value", value)));
        assertThat(put.status()).as(put.body()).isIn(200, 201);
    }

    private Client.Answer heard(Client.Answer answer) {
        answers.add(answer.headers() + answer.body());
        return answer;
    }

    private List<String> launchFiles() {
        return under(platform.home().resolve("scheduler/replicas"))
                .filter(file -> file.endsWith("in/launch.json"))
                .map(file -> new String(content(file), StandardCharsets.UTF_8))
                .filter(text -> text.contains("\"tenant\":\"vault\""))
                .toList();
    }

    private List<Path> filesWith(String value) {
        // Walled runners have theirs where nobody else gets.
        return Stream.concat(under(platform.home()), under(Path.of("target/surefire-reports")))
                .filter(file -> tells(content(file), value))
                .toList();
    }

    private static List<Path> secretFolders() {
        return under(Path.of("/dev/shm"))
                .filter(file -> file.toString().contains("marmita-keeper-"))
                .toList();
    }

    private List<String> dump() {
        List<String> rows = new ArrayList<>();
        var database = Database.of(platform);
        database.sql(
                        "select table_name from information_schema.tables where table_schema = 'public'")
                .query(String.class)
                .list()
                .forEach(
                        table ->
                                rows.addAll(
                                        database.sql("select t::text from \"" + table + "\" t")
                                                .query(String.class)
                                                .list()));
        assertThat(rows).anyMatch(row -> row.contains("vault,api-key"));
        return rows;
    }

    private static Stream<Path> under(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(
                    folder,
                    new java.nio.file.SimpleFileVisitor<>() {
                        @Override
                        public java.nio.file.FileVisitResult visitFile(
                                Path file, java.nio.file.attribute.BasicFileAttributes attributes) {
                            if (attributes.isRegularFile()) {
                                files.add(file);
                            }
                            return java.nio.file.FileVisitResult.CONTINUE;
                        }

                        @Override
                        public java.nio.file.FileVisitResult visitFileFailed(
                                Path file, IOException gone) {
                            return java.nio.file.FileVisitResult.CONTINUE;
                        }

                        @Override
                        public java.nio.file.FileVisitResult postVisitDirectory(
                                Path visited, IOException gone) {
                            return java.nio.file.FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files.stream();
    }

    private static byte[] content(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException gone) {
            return new byte[0];
        }
    }

    /** As it is, in base64 or in hex. */
    private static boolean tells(byte[] text, String value) {
        // One char a byte, so that any bytes can be searched.
        String all = new String(text, StandardCharsets.ISO_8859_1);
        return all.contains(value)
                || all.contains(Base64.getEncoder().withoutPadding().encodeToString(bytes(value)))
                || all.contains(HexFormat.of().formatHex(bytes(value)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String random() {
        byte[] bytes = new byte[18];
        new SecureRandom().nextBytes(bytes);
        return "s3cr3t-" + HexFormat.of().formatHex(bytes);
    }

    private static String digest(String value) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes(value)));
    }
}
