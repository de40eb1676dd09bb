package dev.marmita.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first thing that a newcomer types. */
class DemoIT {

    @TempDir Path folder;

    @Test
    void demoReadsDocumentsShowsSleepAndWakeAndLeavesNothingRunning() throws Exception {
        try (var installation = new Installation(folder.resolve("demo home"), Map.of())) {
            Installation.Outcome first = installation.run(Duration.ofMinutes(4), "demo");
            assertThat(first.exit()).as(first.output() + installation.log()).isZero();
            assertThat(first.output())
                    .contains("401")
                    .containsIgnoringCase("cold start")
                    .containsIgnoringCase("zero");
            assertThat(installation.processes()).as("processes left behind").isEmpty();

            Installation.Outcome again = installation.run(Duration.ofMinutes(4), "demo");
            assertThat(again.exit()).as(again.output() + installation.log()).isZero();
            assertThat(installation.processes()).as("processes left behind").isEmpty();
        }
    }

    @Test
    void upDownUpKeepsTheData() throws Exception {
        Map<String, String> anyPorts = Map.of("MARMITA_PORT", "0", "MARMITA_GATEWAY_PORT", "0");
        try (var installation = new Installation(folder.resolve("home"), anyPorts)) {
            installation.up();
            new World(installation).pushModel("kept", "one");
            assertThat(installation.run(Duration.ofMinutes(1), "status").exit()).isZero();
            assertThat(installation.run(Duration.ofMinutes(1), "down").exit()).isZero();
            assertThat(installation.processes()).as("processes left behind").isEmpty();

            installation.up();
            new World(installation).admin().get("/models/kept/versions/1").expect(200);
        }
    }
}
