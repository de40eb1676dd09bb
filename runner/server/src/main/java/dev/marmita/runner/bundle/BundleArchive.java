package dev.marmita.runner.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Unpacks a bundle's zip file, suspicious of everything in it. */
public final class BundleArchive {

    private static final int MAX_ENTRIES = 2_000;
    private static final long MAX_BYTES = 512L << 20;

    private BundleArchive() {}

    /**
     * Unpacks into a new folder; where it fails, part of it may be there.
     *
     * @throws BundleInvalidException where the file is no zip or breaks the limits of bundles
     */
    public static void unpack(Path file, Path folder) throws IOException, BundleInvalidException {
        if (!Files.isRegularFile(file)) {
            throw new BundleInvalidException("there is no bundle at " + file);
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            if (zip.size() > MAX_ENTRIES) {
                throw new BundleInvalidException(
                        "the bundle has more than " + MAX_ENTRIES + " entries");
            }
            Set<String> names = new HashSet<>();
            long bytes = 0;
            Enumeration<? extends ZipEntry> entries = zip.entries();
            while (entries.hasMoreElements()) {
                ZipEntry entry = entries.nextElement();
                Path target = target(folder, entry.getName());
                if (!names.add(target.toString())) {
                    throw new BundleInvalidException(
                            "the bundle has two entries named " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    bytes = copy(zip, entry, target, bytes);
                }
            }
        } catch (ZipException e) {
            throw new BundleInvalidException("the bundle is no zip file: " + e.getMessage(), e);
        }
    }

    private static Path target(Path folder, String name) throws BundleInvalidException {
        Path target = folder.resolve(name).normalize();
        if (name.startsWith("/")
                || name.contains("\\")
                || name.contains("..")
                || !target.startsWith(folder)) {
            throw new BundleInvalidException("the bundle has an entry with the name " + name);
        }
        return target;
    }

    private static long copy(ZipFile zip, ZipEntry entry, Path target, long before)
            throws IOException, BundleInvalidException {
        Path parent = target.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        long bytes = before;
        byte[] part = new byte[1 << 16];
        try (InputStream in = zip.getInputStream(entry);
                OutputStream out = Files.newOutputStream(target)) {
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                bytes += read;
                if (bytes > MAX_BYTES) {
                    throw new BundleInvalidException(
                            "the bundle is larger than " + (MAX_BYTES >> 20) + " MiB unpacked");
                }
                out.write(part, 0, read);
            }
        }
        return bytes;
    }
}
