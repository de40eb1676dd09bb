package dev.marmita.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A data folder and the password of its superuser.
 *
 * @param data what {@code initdb} made
 */
record PostgresCluster(Path data, String password) {
    static final String USER = "marmita";
    private static final long INITDB_SECONDS = 120;

    /** Opens the cluster of this home, or makes one; a half-made one from an earlier crash is thrown away. */
    static PostgresCluster open(Path home, PostgresBinaries binaries, Identity identity)
            throws IOException {
        Path data = home.resolve("data");
        Path passwordFile = home.resolve("password");
        if (Files.isDirectory(data)) {
            if (!Files.exists(passwordFile)) {
                throw new EmbeddedStartException(
                        "%s is there but its password file %s is not. Put it back from a backup."
                                .formatted(data, passwordFile));
            }
            requireSameMajor(data, binaries);
        } else {
            if (!Files.exists(passwordFile)) {
                PrivateFile.write(passwordFile, newPassword());
            }
            create(home, data, Files.readString(passwordFile), binaries, identity);
        }
        if (identity.uid() >= 0) {
            Trees.giveTo(data, identity.uid());
        }
        return new PostgresCluster(data, Files.readString(passwordFile).strip());
    }

    private static String newPassword() {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    private static void requireSameMajor(Path data, PostgresBinaries binaries) throws IOException {
        String made = Files.readString(data.resolve("PG_VERSION")).strip();
        String have = binaries.folder().getFileName().toString();
        if (!have.startsWith(made + ".")) {
            throw new EmbeddedStartException(
                    ("%s was made by PostgreSQL %s and this is %s. Move the data over with pg_dump, or start the"
                                    + " version that made it.")
                            .formatted(data, made, have));
        }
    }

    private static void create(
            Path home, Path data, String password, PostgresBinaries binaries, Identity identity)
            throws IOException {
        Path workshop = home.resolve("initdb");
        Trees.delete(workshop);
        PrivateFile.folder(workshop);
        Path partial = workshop.resolve("data");
        Path passwordCopy = workshop.resolve("password");
        PrivateFile.write(passwordCopy, password);
        if (identity.ownsByChange()) {
            Trees.giveTo(workshop, identity.uid());
        }
        run(
                identity.command(
                        List.of(
                                binaries.program("initdb").toString(),
                                "--pgdata=" + partial,
                                "--username=" + USER,
                                "--pwfile=" + passwordCopy,
                                "--auth=scram-sha-256",
                                "--encoding=UTF8",
                                // Sorts the same on every machine, whatever locales it has.
                                "--locale=C",
                                "--locale-provider=builtin",
                                "--builtin-locale=C.UTF-8",
                                "--data-checksums",
                                "--no-instructions")),
                workshop.resolve("initdb.log"));
        Files.move(partial, data, StandardCopyOption.ATOMIC_MOVE);
        Trees.delete(workshop);
    }

    private static void run(List<String> command, Path log) throws IOException {
        Process process =
                new ProcessBuilder(command)
                        .directory(Path.of("/").toFile()) // a folder that every user may be in
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        process.getOutputStream().close();
        try {
            if (!process.waitFor(INITDB_SECONDS, TimeUnit.SECONDS)) {
                throw new EmbeddedStartException(
                        "initdb did not end within %d s".formatted(INITDB_SECONDS));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new EmbeddedStartException("interrupted while initdb ran", interrupted);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new EmbeddedStartException(
                    "initdb failed (exit %d): %s"
                            .formatted(
                                    process.exitValue(),
                                    Files.readString(log, StandardCharsets.UTF_8).strip()));
        }
    }

    /** Lets the user nobody through to the data: enter, not list. */
    static void admit(Path home, Identity identity) throws IOException {
        if (identity.ownsByChange()) {
            Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwx--x--x"));
        }
    }
}
