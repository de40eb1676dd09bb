package dev.marmita.embedded;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Signals that Java cannot send by itself. */
final class Signals {
    private Signals() {}

    /** @param signal its name without SIG */
    static void send(long pid, String signal) throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("sh", "-c", "kill -\"$0\" \"$1\"", signal, Long.toString(pid))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        kill.waitFor(5, TimeUnit.SECONDS); // a process that is gone already is what was wanted
    }
}
