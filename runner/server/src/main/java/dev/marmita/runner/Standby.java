package dev.marmita.runner;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Waiting for work: the launch file is not there yet. A line on standard input says that it is; the end of
 * the input, which comes with the end of who waits for this runner, says that there will be none.
 */
final class Standby {

    private static final String GO = "go\n";

    private Standby() {}

    /**
     * @param warm a file that is written when everything is ready for work
     * @return whether there is work
     */
    static boolean await(Path warm, InputStream orders) throws StartFailedException {
        Rehearsal.hold();
        // What the rehearsals left is not carried through the wait.
        System.gc();
        try {
            Atomically.write(warm, "");
            byte[] line = orders.readNBytes(GO.length());
            return new String(line, StandardCharsets.US_ASCII).equals(GO);
        } catch (IOException e) {
            throw new StartFailedException(
                    StartFailedException.Reason.START_FAILED, "cannot wait for work: " + e, e);
        }
    }
}
