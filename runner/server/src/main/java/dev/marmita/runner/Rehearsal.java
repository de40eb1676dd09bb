package dev.marmita.runner;

import dev.marmita.runner.log.Log;
import dev.marmita.runner.training.Training;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Does what a start does, with a service and a model of nobody's: classes are loaded, the library of ONNX
 * Runtime is there, and code has been compiled when the real start comes.
 */
final class Rehearsal {

    private static final int TIMES = 3;

    private Rehearsal() {}

    /** Takes a second or so; leaves nothing in the temporary folder. */
    static void hold() throws StartFailedException {
        try {
            Path folder = Files.createTempDirectory("rehearsal");
            Launch launch = LaunchFile.read(Training.prepare(folder));
            Log nowhere = new Log(OutputStream.nullOutputStream(), InstantSource.system());
            for (int i = 0; i < TIMES; i++) {
                try (Runner runner = Runner.start(launch, nowhere, System.nanoTime())) {
                    runner.warmUp();
                }
            }
            clear(folder);
        } catch (IOException e) {
            throw new StartFailedException(
                    StartFailedException.Reason.START_FAILED, "the rehearsal failed: " + e, e);
        }
    }

    private static void clear(Path folder) throws IOException {
        List<Path> made;
        try (Stream<Path> all = Files.walk(folder)) {
            made = all.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path one : made) {
            Files.delete(one);
        }
    }
}
