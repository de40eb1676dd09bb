package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.runner.testing.TestRunner;
import dev.marmita.service.Api;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of docs/write-a-service.md, compiled and served from where it is documented. */
class LanguageExampleTest {

    private static final Path EXAMPLE = Path.of("../../docs/examples/language");

    @TempDir Path home;

    @Test
    void tellsLanguages() throws Exception {
        Path classes = Files.createDirectories(home.resolve("classes"));
        String api =
                Path.of(Api.class.getProtectionDomain().getCodeSource().getLocation().toURI())
                        .toString();
        int failed =
                ToolProvider.getSystemJavaCompiler()
                        .run(
                                null,
                                null,
                                null,
                                "-parameters",
                                "-cp",
                                api,
                                "-d",
                                classes.toString(),
                                EXAMPLE.resolve(
                                                "src/main/java/example/language/LanguageService.java")
                                        .toString());
        assertThat(failed).isZero();
        Path bundle = home.resolve("bundle");
        Files.createDirectories(bundle.resolve("lib"));
        Files.copy(EXAMPLE.resolve("service.yaml"), bundle.resolve("service.yaml"));
        jar(classes, bundle.resolve("lib/language.jar"));

        try (TestRunner runner =
                new TestRunner.Setup(home, bundle)
                        .model("classifier", "language", "1", EXAMPLE.resolve("language.onnx"))
                        .start()) {
            for (var question :
                    List.of(
                            List.of("Quanto custa a marmita de frango?", "pt"),
                            List.of("The weather is nice this evening", "en"),
                            List.of("Wo steht mein Auto?", "de"))) {
                assertThat(runner.json("/guess", "{\"text\":\"" + question.get(0) + "\"}").body())
                        .startsWith("{\"language\":\"" + question.get(1) + "\",\"confidence\":0.9");
                assertThat(runner.json("/detect", "{\"text\":\"" + question.get(0) + "\"}").body())
                        .startsWith("{\"language\":\"" + question.get(1) + "\",\"confidence\":0.9");
            }
            assertThat(runner.json("/guess", "{\"text\":\"a\"}").body())
                    .contains("\"field\":\"text\"");
            assertThat(runner.get("/v2/models/classifier").body())
                    .startsWith("{\"name\":\"language\"");
        }
    }

    private static void jar(Path classes, Path file) throws Exception {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file));
                var walk = Files.walk(classes)) {
            for (Path one : walk.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(classes.relativize(one).toString()));
                zip.write(Files.readAllBytes(one));
            }
        }
    }
}
