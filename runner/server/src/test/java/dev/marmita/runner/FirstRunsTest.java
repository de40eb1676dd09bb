package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.marmita.runner.StartFailedException.Reason;
import dev.marmita.runner.onnx.Device;
import dev.marmita.runner.onnx.FirstRuns;
import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import dev.marmita.runner.testing.TinyOnnx;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What models run on, and that they have run, before anybody is served. */
class FirstRunsTest {

    @TempDir Path home;

    private static Map<String, String> env(String... pairs) {
        Map<String, String> env = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            env.put(pairs[i], pairs[i + 1]);
        }
        return env;
    }

    private TestRunner start(String... env) throws Exception {
        Path bundle =
                TestBundle.of(
                        home.resolve("b"), InferenceRestTest.Empty.class, "rows", "two", "square");
        return new TestRunner.Setup(home, bundle)
                .model(
                        "rows",
                        "rows",
                        "1",
                        TinyOnnx.identity(home.resolve("rows.onnx"), TinyOnnx.Type.FP32, -1, 3))
                .model("two", "arithmetic", "1", TinyOnnx.arithmetic(home.resolve("two.onnx")))
                .model("square", "square", "1", TinyOnnx.square(home.resolve("square.onnx")))
                .env(env(env))
                .start();
    }

    private StartFailedException failed(String... env) {
        return catchThrowableOfType(StartFailedException.class, () -> start(env).close());
    }

    private static String runs(TestRunner runner, String model) throws Exception {
        return runner.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("marmita_runner_model_run_seconds_count{"))
                .filter(line -> line.contains("model=\"" + model + "\""))
                .map(line -> line.substring(line.lastIndexOf(' ') + 1))
                .findFirst()
                .orElse("0");
    }

    @Test
    void runWhatIsKnownToFit() throws Exception {
        try (TestRunner runner = start("MARMITA_WARM_UP", "auto")) {
            assertThat(runs(runner, "rows")).isEqualTo("1");
            assertThat(runs(runner, "arithmetic")).isEqualTo("1");
            assertThat(runs(runner, "square")).as("two dimensions are open").isEqualTo("0");
        }
    }

    @Test
    void runWhatTheDeploymentGivesShapesFor() throws Exception {
        try (TestRunner runner = start("MARMITA_WARM_UP", "square=4x4, two.a=7,two.b=7")) {
            assertThat(runs(runner, "square")).isEqualTo("1");
            assertThat(runs(runner, "arithmetic")).isEqualTo("1");
        }
    }

    @Test
    void areNoneOnTheProcessorUnlessAskedFor() throws Exception {
        assertThat(FirstRuns.of(Map.of(), Device.CPU)).isEqualTo(FirstRuns.NONE);
        assertThat(
                        FirstRuns.of(
                                Map.of("MARMITA_WARM_UP", "off"),
                                Device.of(env("MARMITA_DEVICE", "cuda"))))
                .isEqualTo(FirstRuns.NONE);
        assertThat(FirstRuns.of(Map.of(), Device.of(env("MARMITA_DEVICE", "cuda"))))
                .isEqualTo(new FirstRuns(true, Map.of()));
        try (TestRunner runner = start()) {
            assertThat(runs(runner, "rows")).isEqualTo("0");
        }
    }

    @Test
    void keepTheStartFromSucceedingWhereTheyFail() {
        StartFailedException failure = failed("MARMITA_WARM_UP", "square=2x3");

        assertThat(failure.reason()).isEqualTo(Reason.START_FAILED);
        assertThat(failure)
                .hasMessageStartingWith("the first run of the model in slot 'square' failed: ");
        assertThat(failed("MARMITA_WARM_UP", "rows=1x4"))
                .hasMessageContaining("takes shape [-1, 3], not [1, 4]");
        assertThat(failed("MARMITA_WARM_UP", "square=99999x99999"))
                .hasMessageContaining("beyond 1 GiB");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "on", "square=", "square=2x0", "square=2x3,", "=2", "square=-1x3"})
    void sayWhatTheyDoNotUnderstand(String value) {
        assertThat(failed("MARMITA_WARM_UP", value))
                .hasMessageStartingWith("MARMITA_WARM_UP must be off, auto or shapes such as");
    }

    @Test
    void sayWhichSlotThereIsNot() {
        assertThat(failed("MARMITA_WARM_UP", "circle=2x3"))
                .hasMessage(
                        "MARMITA_WARM_UP names circle, which is none of the slots "
                                + List.of("rows", "two", "square"));
    }

    /** The build that these tests run on has no CUDA. */
    @Test
    void needTheDeviceThatIsAskedFor() {
        StartFailedException failure = failed("MARMITA_DEVICE", "cuda:1");

        assertThat(failure.reason()).isEqualTo(Reason.START_FAILED);
        assertThat(failure)
                .hasMessage(
                        "CUDA device 1 is asked for, but this runner was built without CUDA (build"
                                + " it with -Pgpu)");
    }
}
