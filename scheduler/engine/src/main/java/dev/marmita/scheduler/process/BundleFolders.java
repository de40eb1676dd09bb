package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.Failure.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unpacked service bundles by digest. A folder under its final name is complete. An archive that breaks
 * the rules (too many or too large entries, names that lead elsewhere, links, doubles) is refused before
 * anything of it can be seen.
 */
final class BundleFolders {

    private static final Logger LOG = LoggerFactory.getLogger(BundleFolders.class);

    static final int MAX_ENTRIES = 2_000;
    static final long MAX_BYTES = 512L << 20;
    private static final long MAX_MANIFEST = 64 << 10;
    private static final int MAX_NAME = 512;
    private static final int KEPT_UNUSED = 20;

    private final Path bundles;
    private final Path incoming;
    private final Supplier<Set<String>> inUse;
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    BundleFolders(Path folder, Supplier<Set<String>> inUse) {
        this.bundles = folder.resolve("bundles");
        this.incoming = folder.resolve("unpacking");
        this.inUse = inUse;
    }

    void open() throws IOException {
        Files.createDirectories(bundles);
        Trees.delete(incoming);
        Files.createDirectories(incoming);
    }

    /**
     * The folder with the bundle's content.
     *
     * @param archive the verified zip
     */
    Path folder(String digest, Path archive) throws ReplicaException, InterruptedException {
        Path folder = bundles.resolve(BlobCache.hex(digest));
        ReentrantLock lock = locks.computeIfAbsent(digest, _ -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            if (!Files.isDirectory(folder)) {
                unpack(archive, folder);
                removeUnused(digest);
            }
            Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
            return folder;
        } catch (ZipException e) {
            throw invalid("it is not a readable zip: " + e.getMessage());
        } catch (IOException e) {
            throw new ReplicaException(
                    Reason.DISK_FULL,
                    "cannot unpack the bundle on this machine: " + e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    private void unpack(Path archive, Path folder) throws IOException, ReplicaException {
        Path temp = incoming.resolve(UUID.randomUUID().toString());
        try {
            Files.createDirectories(temp);
            ZipLinks.refuse(archive);
            try (ZipFile zip = new ZipFile(archive.toFile())) {
                extract(zip, temp);
            } catch (IllegalArgumentException e) {
                throw invalid("it has a name that cannot be read");
            }
            Files.move(temp, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Trees.delete(temp);
        }
    }

    private static void extract(ZipFile zip, Path temp) throws IOException, ReplicaException {
        if (zip.size() > MAX_ENTRIES) {
            throw invalid("it has more than " + MAX_ENTRIES + " entries");
        }
        ZipEntry manifest = zip.getEntry("service.yaml");
        if (manifest == null || manifest.isDirectory()) {
            throw invalid("it has no service.yaml at its root");
        }
        Set<String> names = new HashSet<>();
        long left = MAX_BYTES;
        List<? extends ZipEntry> entries = zip.stream().toList();
        for (ZipEntry entry : entries) {
            Path target = target(temp, entry);
            // Two names that differ in case alone are one on some disks.
            String name = temp.relativize(target).toString().toLowerCase(Locale.ROOT);
            if (!names.add(name)) {
                throw invalid("it has two entries of the name " + shown(entry));
            }
            if (entry.isDirectory()) {
                Files.createDirectories(target);
                continue;
            }
            long limit = entry.getName().equals("service.yaml") ? MAX_MANIFEST : left;
            Files.createDirectories(target.toAbsolutePath().getParent());
            left -= copy(zip, entry, target, Math.min(limit, left));
        }
    }

    private static Path target(Path temp, ZipEntry entry) throws ReplicaException {
        String name = entry.getName();
        boolean bad =
                name.isEmpty()
                        || name.length() > MAX_NAME
                        || name.startsWith("/")
                        || name.indexOf('\\') >= 0
                        || name.indexOf(':') >= 0
                        || name.chars().anyMatch(c -> c < ' ' || c == 0x7f);
        for (String part : name.split("/", -1)) {
            bad |= part.equals("..") || part.equals(".");
        }
        Path target = bad ? temp : temp.resolve(name).normalize();
        if (bad || !target.startsWith(temp) || target.equals(temp)) {
            throw invalid("it has an entry whose name leads elsewhere: " + shown(entry));
        }
        return target;
    }

    /** Counts what really comes out: what the archive says about its sizes may be a lie. */
    private static long copy(ZipFile zip, ZipEntry entry, Path target, long limit)
            throws IOException, ReplicaException {
        long copied = 0;
        byte[] buffer = new byte[64 * 1024];
        try (InputStream in = zip.getInputStream(entry);
                FileChannel file =
                        FileChannel.open(
                                target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                OutputStream out = Channels.newOutputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                copied += n;
                if (copied > limit) {
                    throw invalid(
                            limit == MAX_MANIFEST
                                    ? "its service.yaml has more than 64 KiB"
                                    : "it unpacks to more than 512 MiB");
                }
                out.write(buffer, 0, n);
            }
            file.force(true);
        }
        if (!target.toFile().setReadOnly()) {
            throw new IOException("cannot make " + target + " read-only");
        }
        return copied;
    }

    private static String shown(ZipEntry entry) {
        String name = entry.getName().replaceAll("\\p{Cntrl}", "?");
        return "'" + (name.length() > 60 ? name.substring(0, 60) + "…" : name) + "'";
    }

    static ReplicaException invalid(String why) {
        return new ReplicaException(Reason.BUNDLE_INVALID, "the service bundle is refused: " + why);
    }

    private void removeUnused(String keep) {
        Set<String> used = inUse.get();
        try (Stream<Path> folders = Files.list(bundles)) {
            List<Path> unused =
                    folders.filter(f -> !used.contains("sha256:" + f.getFileName()))
                            .filter(f -> !f.endsWith(BlobCache.hex(keep)))
                            .sorted(Comparator.comparing(BundleFolders::usedAt).reversed())
                            .skip(KEPT_UNUSED)
                            .toList();
            for (Path folder : unused) {
                Trees.delete(folder);
            }
        } catch (IOException e) {
            LOG.warn("cannot remove unused bundles: {}", e.toString());
        }
    }

    private static FileTime usedAt(Path folder) {
        try {
            return Files.getLastModifiedTime(folder);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }
}
