package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import dev.marmita.runner.testing.TinyOnnx;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Calls of different lengths, through the whole runner and models that there are. */
@Timeout(60)
class PaddingTest {

    private static final Map<String, String> ON = Map.of("MARMITA_BATCH", "on");

    @TempDir Path home;

    /**
     * @param slot of the model, as the manifest has it
     */
    private TestRunner start(String slot, Path model, Map<String, String> env) throws Exception {
        Path bundle =
                TestBundle.withManifest(
                        home.resolve("b"),
                        JointService.class,
                        "name: test\nclass: "
                                + JointService.class.getName()
                                + "\nmodels:\n  model: {}\n  other: "
                                + slot
                                + "\n");
        return new TestRunner.Setup(home, bundle)
                .model("model", "lookup", "1", TinyOnnx.lookup(home.resolve("lookup.onnx")))
                .model("other", "tiny", "1", model)
                .concurrency(1)
                .env(env)
                .start();
    }

    private Path sequence() {
        return TinyOnnx.sequence(home.resolve("sequence.onnx"));
    }

    private static double metric(TestRunner runner, String name, String label) throws Exception {
        return runner.get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{") && line.contains(label))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static double runs(TestRunner runner) throws Exception {
        return metric(runner, "marmita_runner_model_runs_total", "model=\"tiny\"");
    }

    private static CompletableFuture<HttpResponse<String>> post(
            TestRunner runner, String path, String body) {
        return runner.client()
                .sendAsync(
                        runner.request(path)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(body))
                                .build(),
                        BodyHandlers.ofString());
    }

    /** The call for 1, 2 … length. */
    private static String call(int length) {
        return "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,"
                + length
                + "],\"datatype\":\"FP32\",\"data\":"
                + IntStream.rangeClosed(1, length).boxed().toList()
                + "}]}";
    }

    /** The answers to calls of these lengths, sent while the only place is taken. */
    private static List<String> together(TestRunner runner, int... lengths) throws Exception {
        String name = "joint.go." + UUID.randomUUID();
        var holding = post(runner, "/hold", "{\"until\":\"" + name + "\"}");
        await().pollInterval(Duration.ofMillis(5))
                .until(() -> metric(runner, "marmita_runner_running", "") == 1);
        List<CompletableFuture<HttpResponse<String>>> waiting = new ArrayList<>();
        for (int length : lengths) {
            waiting.add(post(runner, "/v2/models/tiny/infer", call(length)));
        }
        await().pollInterval(Duration.ofMillis(5))
                .until(() -> metric(runner, "marmita_runner_queue_length", "") == lengths.length);
        System.setProperty(name, "");
        holding.get(20, TimeUnit.SECONDS);
        List<String> answers = new ArrayList<>();
        for (var one : waiting) {
            answers.add(one.get(20, TimeUnit.SECONDS).body());
        }
        return answers;
    }

    private static void assertAnswer(String answer, int length) {
        String twice =
                IntStream.rangeClosed(1, length)
                        .mapToObj(i -> 2 * i + ".0")
                        .collect(Collectors.joining(","));
        String every =
                IntStream.rangeClosed(1, length)
                        .filter(i -> i % 2 == 1)
                        .mapToObj(i -> i + ".0")
                        .collect(Collectors.joining(","));
        assertThat(answer)
                .contains("\"shape\":[1," + length + "],\"data\":[" + twice + "]")
                .contains("\"shape\":[1,1],\"data\":[" + length * (length + 1) / 2 + ".0]")
                .contains("\"shape\":[1," + (length + 1) / 2 + "],\"data\":[" + every + "]");
    }

    @Test
    void callsOfDifferentLengthsShareARunWhereTheAuthorAllowsIt() throws Exception {
        try (TestRunner runner = start("{padding: {x: {axis: 1}}}", sequence(), ON)) {
            assertAnswer(together(runner, 4).getFirst(), 4);
            for (int i = 0; i < 4; i++) {
                together(runner, 5, 7, 6);
            }
            double before = runs(runner);

            List<String> answers = together(runner, 7, 5, 6);

            assertThat(runs(runner) - before).as("runs for three calls").isEqualTo(1);
            assertAnswer(answers.get(0), 7);
            assertAnswer(answers.get(1), 5);
            assertAnswer(answers.get(2), 6);
            double unseen = runs(runner);
            assertAnswer(together(runner, 8, 7).getFirst(), 8);
            assertThat(runs(runner) - unseen).as("a length that is new runs alone").isEqualTo(2);
        }
    }

    @Test
    void neverByDefaultNorWhereTheDeploymentDoesNotWantIt() throws Exception {
        try (TestRunner runner = start("{}", sequence(), ON)) {
            for (int i = 0; i < 5; i++) {
                together(runner, 5, 7, 6);
            }
            assertThat(runs(runner)).isEqualTo(15);
        }
        Map<String, String> off = Map.of("MARMITA_BATCH", "on", "MARMITA_BATCH_PADDING", "off");
        try (TestRunner runner = start("{padding: {x: {axis: 1}}}", sequence(), off)) {
            for (int i = 0; i < 5; i++) {
                together(runner, 5, 7, 6);
            }
            assertThat(runs(runner)).isEqualTo(15);
        }
    }

    @Test
    void anAnswerThatFillingUpChangesIsNeverGiven() throws Exception {
        Path model = TinyOnnx.softmax(home.resolve("softmax.onnx"));
        try (TestRunner runner = start("{padding: {x: {axis: 1}}}", model, ON)) {
            List<String> alone = together(runner, 5, 7, 6);

            assertThat(together(runner, 5, 7, 6)).isEqualTo(alone);
            assertThat(runner.log())
                    .contains("off: an answer changed when its inputs were filled up");
            double before = runs(runner);
            assertThat(together(runner, 5, 7, 6)).isEqualTo(alone);
            assertThat(runs(runner) - before).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{padding: {z: {axis: 1}}}| slot 'other': padding names the input 'z'",
                "{padding: {x: {axis: 2}}}| there is no axis 2 behind the batch",
                "{padding: {x: {axis: 0}}}| models.other.padding.x.axis must be a whole number",
                "{padding: {x: {axis: 1, value: a}}}| models.other.padding.x.value must be a number",
                "{padding: {x: {axis: 1, with: 0}}}| unknown key 'models.other.padding.x.with'",
                "{padding: 7}| models.other.padding must be a map",
            })
    void saysAtTheStartWhatDoesNotFit(String slot, String message) {
        assertThat(catchThrowable(() -> start(slot, sequence(), ON).close()))
                .isInstanceOf(StartFailedException.class)
                .hasMessageContaining(message);
    }
}
