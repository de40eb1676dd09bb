package dev.marmita.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** The browser of the machine; on a Debian where we are root it is installed when it is missing. */
final class Chromium {

    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome");
    private static final long INSTALL_MINUTES = 8;

    private Chromium() {}

    /** Its program. Where there is none and none can be had, the tests are skipped, and loudly so. */
    static Path program() throws IOException, InterruptedException {
        Optional<Path> there = find();
        if (there.isPresent()) {
            return there.get();
        }
        if (isRoot() && Files.isExecutable(Path.of("/usr/bin/apt-get"))) {
            run("apt-get", "-q", "update");
            run(
                    "apt-get",
                    "-q",
                    "-y",
                    "--no-install-recommends",
                    "install",
                    "chromium",
                    "fonts-dejavu-core");
        }
        return find().orElseThrow(Chromium::missing);
    }

    private static Optional<Path> find() {
        Stream<Path> folders =
                Stream.of(System.getenv().getOrDefault("PATH", "/usr/bin").split(":"))
                        .map(Path::of);
        return Stream.concat(
                        Stream.ofNullable(System.getenv("MARMITA_CHROMIUM")).map(Path::of),
                        folders.flatMap(folder -> NAMES.stream().map(folder::resolve)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static boolean isRoot() throws IOException {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.redirectOutput(
                ProcessBuilder.Redirect.appendTo(Path.of("target/chromium.log").toFile()));
        builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
    }

    private static TestAbortedException missing() {
        String message =
                """
                ================================================================
                THE CONSOLE WAS NOT TESTED: there is no Chromium on this machine
                and it cannot be installed from here (root on a Debian can).
                Install it, or set MARMITA_CHROMIUM to its program.
                ================================================================\
                """;
        System.err.println(message);
        return new TestAbortedException(message);
    }
}
