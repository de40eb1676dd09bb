package dev.marmita.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked from the class path once per version. */
record PostgresBinaries(Path folder) {

    Path program(String name) {
        return folder.resolve("bin").resolve(name);
    }

    /** Unpacks them where this version is not there yet; it appears whole or not at all. */
    static PostgresBinaries unpack(Path home) throws IOException {
        Path versions = home.resolve("programs");
        Path folder = versions.resolve(version());
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(versions);
            removeLeftovers(versions);
            Path partial = versions.resolve(".unpacking-" + UUID.randomUUID());
            extract(partial);
            Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        return new PostgresBinaries(folder);
    }

    private static String version() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = PostgresBinaries.class.getResourceAsStream("embedded.properties")) {
            properties.load(in);
        }
        return properties.getProperty("postgres.version");
    }

    private static String archive() {
        String system = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
        String name = arch.equals("amd64") ? "x86_64" : arch.equals("aarch64") ? "arm_64" : arch;
        return "/postgres-%s-%s.txz".formatted(system, name);
    }

    private static void removeLeftovers(Path versions) throws IOException {
        try (Stream<Path> entries = Files.list(versions)) {
            for (Path entry : entries.toList()) {
                if (entry.getFileName().toString().startsWith(".unpacking-")) {
                    Trees.delete(entry);
                }
            }
        }
    }

    private static void extract(Path target) throws IOException {
        try (InputStream in = PostgresBinaries.class.getResourceAsStream(archive())) {
            if (in == null) {
                throw new EmbeddedStartException(
                        "There is no embedded PostgreSQL for this kind of machine (%s). Give the platform a PostgreSQL"
                                        .formatted(archive())
                                + " of your own.");
            }
            try (TarArchiveInputStream tar =
                    new TarArchiveInputStream(
                            new XZInputStream(new BufferedInputStream(in, 1 << 16)))) {
                for (TarArchiveEntry entry = tar.getNextEntry();
                        entry != null;
                        entry = tar.getNextEntry()) {
                    extract(tar, entry, target);
                }
            }
        }
    }

    private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
            throws IOException {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
            throw new IOException("entry outside of the archive: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else {
            Files.copy(tar, path);
            boolean executable = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(
                    path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }
    }
}
