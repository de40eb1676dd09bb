package dev.marmita.scheduler.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Chooses what bounds runners on this machine: control groups, else prlimit, else nothing. */
final class Confinements {

    private Confinements() {}

    /**
     * @param name of the group for all replicas of one home
     */
    static Confinement probe(String name) {
        return Cgroups.probe(name)
                .<Confinement>map(cgroups -> cgroups)
                .or(() -> prlimit().map(Confinement.Prlimit::new))
                .orElseGet(Confinement.None::new);
    }

    private static Optional<Path> prlimit() {
        return program("prlimit")
                .filter(
                        path ->
                                succeeds(
                                        List.of(
                                                path.toString(),
                                                "--data=1073741824",
                                                "--core=0",
                                                "--",
                                                "/bin/true")));
    }

    /** A program on the usual paths. */
    static Optional<Path> program(String name) {
        return List.of("/usr/bin", "/bin", "/usr/local/bin", "/usr/sbin", "/sbin").stream()
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Runs a command to its end, which must be a good one. */
    static void run(List<String> command) throws IOException {
        if (!succeeds(command)) {
            throw new IOException("this failed: " + String.join(" ", command));
        }
    }

    private static boolean succeeds(List<String> command) {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
