package dev.marmita.scheduler.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The command line of bubblewrap: a file system that holds the system's programs, the runtime, the runner and
 * the replica's own folders, all but the last ones read-only, and processes of its own. Every path inside is
 * the path outside. The network stays the machine's, for the gateway comes over the loopback address.
 *
 * <p>There is no {@code --die-with-parent}: runners outlive a platform that was killed.
 */
final class Bubblewrap {

    private static final long TMP_BYTES = 64L << 20;
    private static final List<String> SYSTEM = List.of("bin", "sbin", "lib", "lib32", "lib64");
    private static final List<String> SETTINGS =
            List.of(
                    "alternatives",
                    "ca-certificates",
                    "fonts",
                    "gai.conf",
                    "host.conf",
                    "hosts",
                    "ld.so.cache",
                    "ld.so.conf",
                    "ld.so.conf.d",
                    "localtime",
                    "nsswitch.conf",
                    "pki",
                    "protocols",
                    "resolv.conf",
                    "services",
                    "ssl",
                    "timezone");

    private final Path program;
    private final ProcessSettings settings;
    private final boolean changesUser;
    private final boolean noNesting;

    /**
     * @param changesUser whether the command inside will become another user, which takes being root
     * @param noNesting whether this version can forbid user namespaces inside; only as an ordinary user
     */
    Bubblewrap(Path program, ProcessSettings settings, boolean changesUser, boolean noNesting) {
        this.program = program;
        this.settings = settings;
        this.changesUser = changesUser;
        this.noNesting = noNesting;
    }

    /** What comes before the command that is to run inside. */
    List<String> before(ReplicaFolder folder, boolean devices) throws IOException {
        Arguments line = new Arguments();
        line.add(program.toString());
        line.add("--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try");
        line.add("--as-pid-1", "--cap-drop", "ALL");
        if (changesUser) {
            for (String capability : List.of("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")) {
                line.add("--cap-add", capability);
            }
        } else {
            line.add("--unshare-user");
            if (noNesting) {
                line.add("--disable-userns");
            }
        }
        system(line);
        line.add("--proc", "/proc", "--dev", "/dev");
        if (devices) {
            devices(line);
        }
        line.add("--perms", "1777", "--size", Long.toString(TMP_BYTES), "--tmpfs", "/tmp");
        Path around = settings.home().getParent();
        if (around != null && line.shows(around)) {
            // A home below a system folder would be seen with it.
            line.hide(around);
        }
        line.show(settings.javaHome());
        line.show(settings.runnerHome());
        line.show(folder.in());
        folder.writable().forEach(line::lend);
        line.add("--remount-ro", "/", "--chdir", folder.scratch().toString(), "--");
        return line.all;
    }

    private static void system(Arguments line) throws IOException {
        line.show(Path.of("/usr"));
        for (String name : SYSTEM) {
            Path path = Path.of("/", name);
            if (Files.isSymbolicLink(path)) {
                line.add("--symlink", Files.readSymbolicLink(path).toString(), path.toString());
            } else if (Files.isDirectory(path)) {
                line.show(path);
            }
        }
        for (String name : SETTINGS) {
            line.show(Path.of("/etc", name));
        }
        try (Stream<Path> entries = Files.list(Path.of("/etc"))) {
            entries.filter(entry -> entry.getFileName().toString().startsWith("java"))
                    .forEach(line::show);
        }
        // ONNX Runtime counts cores there.
        line.show(Path.of("/sys/devices/system/cpu"));
    }

    private static void devices(Arguments line) throws IOException {
        try (Stream<Path> entries = Files.list(Path.of("/dev"))) {
            entries.filter(entry -> entry.getFileName().toString().startsWith("nvidia"))
                    .forEach(entry -> line.add("--dev-bind", entry.toString(), entry.toString()));
        }
        line.show(Path.of("/sys/module/nvidia"));
        line.show(Path.of("/sys/bus/pci"));
    }

    /** A command line that makes the folders above what it shows, for all to pass through. */
    private static final class Arguments {

        private final List<String> all = new ArrayList<>();
        private final Set<Path> shown = new TreeSet<>();
        private final Set<Path> made = new TreeSet<>();

        void add(String... words) {
            all.addAll(List.of(words));
        }

        boolean shows(Path path) {
            return shown.stream().anyMatch(path::startsWith);
        }

        void show(Path path) {
            if (!shows(path) && Files.exists(path)) {
                above(path);
                add("--ro-bind", path.toString(), path.toString());
                shown.add(path);
            }
        }

        void lend(Path path) {
            above(path);
            add("--bind", path.toString(), path.toString());
        }

        void hide(Path path) {
            add("--perms", "0755", "--tmpfs", path.toString());
            shown.removeIf(path::startsWith);
            made.add(path);
        }

        private void above(Path path) {
            Path parent = path.getParent();
            if (parent != null && parent.getNameCount() > 0 && made.add(parent)) {
                if (!parent.equals(Path.of("/tmp"))) {
                    above(parent);
                    add("--perms", "0755", "--dir", parent.toString());
                }
            }
        }
    }
}
