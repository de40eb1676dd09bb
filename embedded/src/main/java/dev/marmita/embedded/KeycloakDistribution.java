package dev.marmita.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A Keycloak on disk, unpacked from its distribution and built once for the options that are used here. */
record KeycloakDistribution(Path folder) {

    /** How a Keycloak is asked to stop. */
    static final WatchedProcess.Stop STOP = new WatchedProcess.Stop("TERM", Duration.ofSeconds(20));

    private static final List<String> BUILD_OPTIONS = List.of("--db=dev-file");

    /**
     * Unpacks and builds what is not there yet; that takes half a minute, once.
     *
     * @param archive {@code keycloak-quarkus-dist-….tar.gz}
     * @param home gets the folder {@code server}
     */
    static KeycloakDistribution prepare(Path archive, Path home, Path log)
            throws IOException, InterruptedException {
        Path folder = home.resolve("server");
        Path stamp = home.resolve("server.built");
        String wanted = archive.getFileName() + " " + Files.size(archive) + " " + BUILD_OPTIONS;
        KeycloakDistribution distribution = new KeycloakDistribution(folder);
        if (Files.exists(stamp) && Files.readString(stamp).equals(wanted)) {
            return distribution;
        }
        Path partial = home.resolve("server.new");
        Trees.delete(partial);
        extract(archive, partial);
        Path data = folder.resolve("data");
        if (Files.isDirectory(data)) {
            // Another version: its users stay.
            Files.move(data, partial.resolve("data"), StandardCopyOption.REPLACE_EXISTING);
        }
        Trees.delete(folder);
        Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
        distribution.build(log);
        PrivateFile.write(stamp, wanted);
        return distribution;
    }

    private void build(Path log) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("build"));
        arguments.addAll(BUILD_OPTIONS);
        WatchedProcess build =
                WatchedProcess.start(command(arguments), Map.of(), folder, log, STOP);
        try {
            int status = build.awaitEnd();
            if (status != 0) {
                throw new EmbeddedStartException(
                        "Keycloak could not be built (exit %d); more in %s".formatted(status, log));
            }
        } finally {
            build.stop();
        }
    }

    /** As {@code bin/kc.sh} does, without a shell in between and with what start-up needs, which is not peak speed. */
    List<String> command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Dkc.home.dir=" + folder,
                        "-Djboss.server.config.dir=" + folder.resolve("conf"),
                        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                        "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
                                + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
                        "-Dpicocli.disable.closures=true",
                        "-Duser.language=en",
                        "--add-opens=java.base/java.util=ALL-UNNAMED",
                        "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
                        "--add-opens=java.base/java.security=ALL-UNNAMED",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        folder.resolve("lib/quarkus-run.jar").toString(),
                        "io.quarkus.bootstrap.runner.QuarkusEntryPoint"));
        command.addAll(arguments);
        return List.copyOf(command);
    }

    /** Without the archive's own first folder. */
    private static void extract(Path archive, Path target) throws IOException {
        try (InputStream in = Files.newInputStream(archive);
                TarArchiveInputStream tar =
                        new TarArchiveInputStream(
                                new GZIPInputStream(new BufferedInputStream(in, 1 << 16)))) {
            for (TarArchiveEntry entry = tar.getNextEntry();
                    entry != null;
                    entry = tar.getNextEntry()) {
                int slash = entry.getName().indexOf('/');
                Path path = target.resolve(entry.getName().substring(slash + 1)).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("entry outside of the archive: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else if (entry.isFile()) {
                    Files.createDirectories(path.getParent());
                    Files.copy(tar, path);
                }
            }
        }
    }
}
