package dev.marmita.scheduler.process;

import dev.marmita.scheduler.process.ProcessSettings.Guard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out, by trying, what keeps runners away from the rest of this machine. */
final class Sandboxes {

    private static final Logger LOG = LoggerFactory.getLogger(Sandboxes.class);
    private static final int PATIENCE_SECONDS = 30;

    /** Reads what a runner reads, writes where it writes, and starts the runtime. */
    private static final String TRIAL =
            "for f in \"$1\" \"$2\"; do [ ! -e \"$f\" ] || [ -r \"$f\" ] || exit 91; done;"
                    + " : > \"$3/probe\" || exit 92; exec \"$4\" -version";

    private final ProcessSettings settings;
    private final Path replicas;
    private final Optional<Path> bwrap;
    private final Optional<Path> setpriv = Confinements.program("setpriv");

    /** Why the last trial failed, in words. */
    private String why = "";

    private Sandboxes(ProcessSettings settings, Path replicas, Optional<Path> bwrap) {
        this.settings = settings;
        this.replicas = replicas;
        this.bwrap = bwrap;
    }

    /**
     * @param replicas whose sub-folders are the replicas'
     * @throws IllegalStateException where isolation is required and cannot be had
     */
    static Sandbox probe(ProcessSettings settings, Path replicas) {
        return probe(settings, replicas, Confinements.program("bwrap"));
    }

    /** The program is an argument so that a test can take it away. */
    static Sandbox probe(ProcessSettings settings, Path replicas, Optional<Path> bwrap) {
        Guard.Mode mode = settings.guard().mode();
        if (mode == Guard.Mode.OFF) {
            return Sandbox.none("marmita.scheduler.isolation is off");
        }
        Sandbox best = new Sandboxes(settings, replicas, bwrap).best();
        if (mode == Guard.Mode.REQUIRED && !best.hasWalls()) {
            throw new IllegalStateException(
                    "marmita.scheduler.isolation=required, but runners cannot be isolated here: "
                            + best.inForce().getFirst()
                            + ". Install bubblewrap where it may make namespaces, or set"
                            + " marmita.scheduler.isolation=auto.");
        }
        return best;
    }

    private Sandbox best() {
        if (isRoot()) {
            return ofRoot();
        }
        if (bwrap.isEmpty()) {
            return Sandbox.none("there is no bubblewrap");
        }
        for (boolean noNesting : List.of(true, false)) {
            Sandbox walls =
                    Sandbox.ofWalls(new Bubblewrap(bwrap.get(), settings, false, noNesting));
            if (works(walls)) {
                return walls;
            }
        }
        return Sandbox.none("bubblewrap does not work: " + why);
    }

    private Sandbox ofRoot() {
        if (setpriv.isEmpty()) {
            return Sandbox.none("there is no setpriv");
        }
        Guard guard = settings.guard();
        RunnerUsers users = new RunnerUsers(guard.firstUser(), guard.lastUser(), List.of(replicas));
        String lack = "there is no bubblewrap";
        if (bwrap.isPresent()) {
            Sandbox both =
                    Sandbox.ofBoth(
                            new Bubblewrap(bwrap.get(), settings, true, false),
                            users,
                            setpriv.get());
            if (works(both)) {
                return both;
            }
            lack = "bubblewrap does not work: " + why;
        }
        Sandbox own = Sandbox.ofUsers(users, setpriv.get(), lack);
        return works(own)
                ? own
                : Sandbox.none(lack + ", and no other user can run the runner: " + why);
    }

    private static boolean isRoot() {
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    private boolean works(Sandbox sandbox) {
        ReplicaFolder folder =
                new ReplicaFolder(replicas.resolve("probe-" + ProcessHandle.current().pid()));
        try {
            Folders.open(settings.home(), replicas, sandbox);
            sandbox.prepare(folder);
            return tried(sandbox, folder);
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            why = String.valueOf(e.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            why = "interrupted";
            return false;
        } finally {
            try {
                Trees.delete(folder.path());
            } catch (IOException e) {
                LOG.warn("cannot remove {}: {}", folder.path(), e.toString());
            }
        }
    }

    private boolean tried(Sandbox sandbox, ReplicaFolder folder)
            throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(sandbox.before(folder, false));
        line.addAll(
                List.of(
                        "/bin/sh",
                        "-c",
                        TRIAL,
                        "sh",
                        folder.in().toString(),
                        settings.runnerHome().resolve("lib").toString(),
                        folder.out().toString(),
                        settings.javaHome().resolve("bin/java").toString()));
        Path said = folder.path().resolve("said");
        Process process =
                new ProcessBuilder(line)
                        .directory(folder.scratch().toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            why = "it gave no answer";
            return false;
        }
        int code = process.exitValue();
        String text = new String(Files.readAllBytes(said), StandardCharsets.UTF_8).strip();
        why =
                switch (code) {
                    case 91 -> "it cannot read the runner in " + settings.runnerHome();
                    case 92 -> "it cannot write below " + settings.home();
                    default -> text.lines().findFirst().orElse("exit code " + code);
                };
        LOG.debug("trial of {}: {} {}", sandbox.inForce(), code, text);
        return code == 0;
    }
}
