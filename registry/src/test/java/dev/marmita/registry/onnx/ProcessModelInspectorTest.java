package dev.marmita.registry.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import dev.marmita.registry.ModelDescription;
import dev.marmita.registry.RegistryException.InvalidArtifact;
import dev.marmita.registry.RegistryProperties;
import dev.marmita.registry.TensorSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

final class ProcessModelInspectorTest {

    @TempDir static Path folder;
    private static ProcessModelInspector inspector;

    @BeforeAll
    static void prepare() {
        inspector = inspector(Duration.ofSeconds(60), DataSize.ofGigabytes(2));
    }

    private static ProcessModelInspector inspector(Duration timeout, DataSize memory) {
        return new ProcessModelInspector(
                folder,
                new RegistryProperties.Inspector(timeout, memory, DataSize.ofGigabytes(2), 2));
    }

    private static Path file(byte[] bytes) throws IOException {
        return Files.write(Files.createTempFile(folder, "model", ".onnx"), bytes);
    }

    private static void assertRefused(byte[] bytes, String why) throws IOException {
        Path file = file(bytes);
        assertThatExceptionOfType(InvalidArtifact.class)
                .isThrownBy(() -> inspector.inspect(file))
                .withMessageContaining(why)
                .satisfies(error -> assertThat(error).hasMessageNotContaining(folder.toString()));
    }

    @Test
    void readsTheSignatureOfARealModel() throws IOException {
        ModelDescription found = inspector.inspect(file(Models.recogniser()));

        assertThat(found.signature().inputs())
                .containsExactly(new TensorSpec("x", "FP32", List.of(-1L, 3L, -1L, -1L)));
        assertThat(found.signature().outputs())
                .singleElement()
                .satisfies(
                        output -> {
                            assertThat(output.datatype()).isEqualTo("FP32");
                            assertThat(output.shape()).hasSize(3).endsWith(6625L);
                        });
        assertThat(found.opset()).isPositive();
        assertThat(found.irVersion()).isPositive();
        assertThat(found.metadata()).containsKey("character");
        assertThat(found.metadata().get("character").lines().count()).isGreaterThan(6000);
    }

    @Test
    void readsWhatTheFileSaysAboutItself() throws IOException {
        ModelDescription found =
                inspector.inspect(
                        file(
                                Models.addition(
                                        Map.of("autor", "Zoë 😀 and more", "nul", "a\0b"),
                                        Models::weight)));

        assertThat(found.signature().inputs())
                .containsExactly(new TensorSpec("x", "FP32", List.of(-1L, 3L)));
        assertThat(found.signature().outputs())
                .containsExactly(new TensorSpec("y", "FP32", List.of(-1L, 3L)));
        assertThat(found.opsets()).containsExactly(entry("ai.onnx", 17L));
        assertThat(found.irVersion()).isEqualTo(8);
        assertThat(found.producer()).isEqualTo("marmita-test 1.0");
        assertThat(found.metadata())
                .containsOnly(entry("autor", "Zoë 😀 and more"), entry("nul", "a\0b"));
    }

    @Test
    void refusesWhatIsNoSingleFileModel() throws IOException {
        assertRefused("PK\3\4 this is no model".getBytes(), "not an ONNX file");
        assertRefused(
                Models.addition(Map.of(), tensor -> Models.weight(tensor).number(14, 1)),
                "single-file models only");
    }

    @Test
    void refusesAModelThatOnnxRuntimeRefuses() throws IOException {
        assertRefused(
                Models.addition(
                        Map.of(), tensor -> tensor.number(1, 3).number(2, 1).text(8, "unused")),
                "ONNX Runtime does not open it");
    }

    @Test
    void survivesAWeightThatClaimsToBeHuge() throws IOException {
        assertRefused(
                Models.addition(
                        Map.of(),
                        tensor ->
                                tensor.number(1, 1L << 40)
                                        .number(2, 1)
                                        .text(8, "w")
                                        .bytes(9, new byte[12])),
                "");
    }

    @Test
    void refusesAModelThatNeedsMoreMemoryThanAllowed() throws IOException {
        int rows = 8 << 20;
        Path file =
                file(
                        Models.addition(
                                Map.of(),
                                tensor ->
                                        tensor.number(1, rows)
                                                .number(1, 3)
                                                .number(2, 1)
                                                .text(8, "w")
                                                .bytes(9, new byte[rows * 12])));
        assertThatExceptionOfType(InvalidArtifact.class)
                .isThrownBy(
                        () ->
                                inspector(Duration.ofSeconds(60), DataSize.ofMegabytes(256))
                                        .inspect(file))
                .withMessage("opening the model takes more than 256 MiB of memory");
        assertThat(inspector.inspect(file).signature().outputs()).hasSize(1);
    }

    @Test
    void survivesAModelThatCrashesTheProcess() throws Exception {
        Path file = file(Models.recogniser());
        CompletableFuture<ModelDescription> result =
                CompletableFuture.supplyAsync(() -> inspector.inspect(file));
        child().destroyForcibly();

        assertThat(result)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(InvalidArtifact.class)
                .withMessageContaining("brought ONNX Runtime down (exit 137)");
    }

    @Test
    void survivesAModelThatHangs() throws Exception {
        ProcessModelInspector hasty = inspector(Duration.ofSeconds(3), DataSize.ofGigabytes(2));
        Path file = file(Models.recogniser());
        CompletableFuture<ModelDescription> result =
                CompletableFuture.supplyAsync(() -> hasty.inspect(file));
        ProcessHandle child = child();
        new ProcessBuilder("kill", "-STOP", Long.toString(child.pid())).start().waitFor();

        assertThat(result)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .havingCause()
                .isInstanceOf(InvalidArtifact.class)
                .withMessageContaining("within 3 seconds");
        await().until(() -> !child.isAlive());
    }

    @Test
    void leavesNothingOfThePlatformInTheProcess() throws IOException {
        InspectorRuntime runtime = InspectorRuntime.prepare(folder.resolve("runtime"));
        List<String> command = runtime.command(Path.of("/model"), 1 << 30, 60);
        String classPath = command.get(command.indexOf("-cp") + 1);
        assertThat(classPath.split(":")).hasSize(2);
        assertThat(command).contains("--data=1073741824", "--cpu=60", "-Xmx128m");
    }

    /** The inspector's process, once it runs Java. */
    private static ProcessHandle child() {
        return await().pollInterval(Duration.ofMillis(5))
                .until(
                        () ->
                                ProcessHandle.current()
                                        .children()
                                        .filter(
                                                handle ->
                                                        handle.info()
                                                                .arguments()
                                                                .map(Arrays::asList)
                                                                .orElse(List.of())
                                                                .contains(
                                                                        InspectorMain.class
                                                                                .getName()))
                                        .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }
}
