package dev.marmita.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * A model as large as the format allows, through a platform whose heap is a quarter of it. Takes minutes and
 * about 10 GB of disk: {@code ./mvnw -pl acceptance verify -Dit.test=LargeModelIT -Dmarmita.slow=true}.
 */
@EnabledIfSystemProperty(named = "marmita.slow", matches = "true")
class LargeModelIT {

    private static final long SIZE = 2_000_000_000L;

    @Test
    void twoGigabytesPassThroughAHeapOfHalfOne(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("large.onnx");
        byte[] head = Artifacts.largeModelHead(SIZE);
        byte[] zeros = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(head);
            for (long left = SIZE; left > 0; left -= zeros.length) {
                out.write(zeros, 0, (int) Math.min(left, zeros.length));
            }
        }
        try (Installation installation =
                new Installation(
                        folder.resolve("home"),
                        Map.of(
                                "MARMITA_PORT", "0",
                                "MARMITA_GATEWAY_PORT", "0",
                                "MARMITA_JAVA_OPTS", "-Xmx512m -XX:+ExitOnOutOfMemoryError"))) {
            installation.up();
            long pid = installation.connection().pid();

            long began = System.nanoTime();
            Installation.Outcome pushed =
                    installation.run(
                            Duration.ofMinutes(15), "model", "push", "large", file.toString());

            assertThat(pushed.exit()).as(pushed.output()).isZero();
            System.out.printf(
                    "pushed %,d bytes in %d s; the platform's memory at most: %s%n",
                    Files.size(file),
                    Duration.ofNanos(System.nanoTime() - began).toSeconds(),
                    peak(pid));
            Control admin = new Control(installation.connection());
            assertThat(
                            admin.get("/models/large/versions/1")
                                    .expect(200)
                                    .json()
                                    .path("size")
                                    .asLong())
                    .isEqualTo(Files.size(file));
            assertThat(installation.connection().pid()).as("it did not restart").isEqualTo(pid);
            Path back = folder.resolve("back.onnx");
            Installation.Outcome pulled =
                    installation.run(
                            Duration.ofMinutes(10),
                            "model",
                            "pull",
                            "large@1",
                            "-o",
                            back.toString());
            assertThat(pulled.exit()).as(pulled.output()).isZero();
            assertThat(Files.mismatch(file, back)).isEqualTo(-1);
        }
    }

    private static String peak(long pid) throws Exception {
        List<String> status = Files.readAllLines(Path.of("/proc/" + pid + "/status"));
        return status.stream().filter(line -> line.startsWith("VmHWM")).findFirst().orElse("?");
    }
}
