package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.ArtifactSource;
import dev.marmita.scheduler.compute.ArtifactSource.ArtifactMissingException;
import dev.marmita.scheduler.compute.Failure.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs by digest in a folder. A file under its final name is complete, verified and on disk; several
 * who want the same one wait for one download. Over the bound, the least recently used that nobody runs
 * are removed. Thread-safe.
 */
final class BlobCache {

    private static final Logger LOG = LoggerFactory.getLogger(BlobCache.class);
    private static final int BUFFER = 256 * 1024;
    private static final long CHECK_EVERY = 16 << 20;

    private final Path blobs;
    private final Path incoming;
    private final long maxBytes;
    private final ArtifactSource source;
    private final Supplier<Set<String>> inUse;
    private final Map<String, CompletableFuture<Path>> downloads = new ConcurrentHashMap<>();

    /**
     * @param inUse digests that must stay
     */
    BlobCache(Path folder, long maxBytes, ArtifactSource source, Supplier<Set<String>> inUse) {
        this.blobs = folder.resolve("blobs");
        this.incoming = folder.resolve("incoming");
        this.maxBytes = maxBytes;
        this.source = source;
        this.inUse = inUse;
    }

    /** Makes the folders, and removes what a former process left half-written. */
    void open() throws IOException {
        Files.createDirectories(blobs);
        Trees.delete(incoming);
        Files.createDirectories(incoming);
    }

    /** The hex part of a digest, which is its file's name. */
    static String hex(String digest) {
        if (!digest.matches("sha256:[0-9a-f]{64}")) {
            throw new IllegalArgumentException("not a digest: " + digest);
        }
        return digest.substring("sha256:".length());
    }

    /**
     * The blob's file, downloaded where it is not there yet.
     *
     * @throws ReplicaException where it cannot be had now, or at all
     */
    Path file(String digest) throws ReplicaException, InterruptedException {
        Path file = blobs.resolve(hex(digest));
        if (touched(file)) {
            return file;
        }
        CompletableFuture<Path> mine = new CompletableFuture<>();
        CompletableFuture<Path> running = downloads.putIfAbsent(digest, mine);
        if (running == null) {
            // On its own thread: one that gives up waiting must not end it for the others.
            Thread.ofVirtual().name("download-" + hex(digest)).start(() -> download(digest, mine));
            running = mine;
        }
        try {
            return running.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ReplicaException refused) {
                throw new ReplicaException(refused.failure().reason(), refused.failure().message());
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private static boolean touched(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return true;
        } catch (IOException absent) {
            return false;
        }
    }

    private void download(String digest, CompletableFuture<Path> result) {
        Path file = blobs.resolve(hex(digest));
        try {
            // Somebody may have finished it between the look and the entry.
            Path found = Files.exists(file) ? file : downloaded(digest, file);
            downloads.remove(digest, result);
            result.complete(found);
        } catch (ReplicaException | RuntimeException e) {
            // Removed first: who is told of a failure may try again at once, and not get this one
            // again.
            downloads.remove(digest, result);
            result.completeExceptionally(e);
        }
    }

    private Path downloaded(String digest, Path file) throws ReplicaException {
        Path temp = incoming.resolve(hex(digest) + "-" + UUID.randomUUID());
        try {
            String found = write(digest, temp);
            if (!found.equals(hex(digest))) {
                throw new ReplicaException(
                        Reason.ARTIFACT_CORRUPT,
                        "the content of " + digest + " has the digest sha256:" + found);
            }
            publish(temp, file);
            return file;
        } catch (IOException e) {
            throw new ReplicaException(Reason.DISK_FULL, diskMessage(digest, e));
        } finally {
            try {
                Files.deleteIfExists(temp);
            } catch (IOException e) {
                LOG.warn("cannot remove {}: {}", temp, e.toString());
            }
        }
    }

    private static String diskMessage(String digest, IOException e) {
        return "cannot store " + digest + " on this machine: " + e.getMessage();
    }

    /** Returns the hex digest of what was written. IOExceptions are the disk's alone. */
    private String write(String digest, Path temp) throws IOException, ReplicaException {
        MessageDigest sha256 = sha256();
        byte[] buffer = new byte[BUFFER];
        long written = 0;
        long checked = 0;
        try (InputStream in = opened(digest);
                FileChannel out =
                        FileChannel.open(
                                temp, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int n = read(in, buffer, digest); n >= 0; n = read(in, buffer, digest)) {
                if (written + n > checked) {
                    makeRoom(written + n);
                    checked = written + n + Math.min(CHECK_EVERY, maxBytes / 16);
                }
                sha256.update(buffer, 0, n);
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, n);
                while (bytes.hasRemaining()) {
                    written += out.write(bytes);
                }
            }
            out.force(true);
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private InputStream opened(String digest) throws ReplicaException {
        try {
            return source.open(digest);
        } catch (ArtifactMissingException e) {
            throw new ReplicaException(
                    Reason.ARTIFACT_UNAVAILABLE, "there is no content for " + digest);
        } catch (IOException | RuntimeException e) {
            throw unavailable(digest, e);
        }
    }

    private static int read(InputStream in, byte[] buffer, String digest) throws ReplicaException {
        try {
            return in.read(buffer);
        } catch (IOException | RuntimeException e) {
            throw unavailable(digest, e);
        }
    }

    private static ReplicaException unavailable(String digest, Exception e) {
        LOG.warn("cannot read {}", digest, e);
        return new ReplicaException(
                Reason.ARTIFACT_UNAVAILABLE, "cannot read " + digest + " from the registry now");
    }

    private static void publish(Path temp, Path file) throws IOException {
        if (!temp.toFile().setReadOnly()) {
            throw new IOException("cannot make " + temp + " read-only");
        }
        Files.move(temp, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel folder =
                FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private record Entry(Path file, long size, Instant used) {}

    private void makeRoom(long needed) throws ReplicaException {
        if (!evict(needed)) {
            throw new ReplicaException(
                    Reason.DISK_FULL,
                    "the artifact cache of " + maxBytes + " bytes is full of what is in use");
        }
    }

    /** Removes what nobody uses until {@code needed} more bytes fit; false where they cannot. */
    synchronized boolean evict(long needed) {
        List<Entry> entries = entries();
        long total = entries.stream().mapToLong(Entry::size).sum();
        if (total + needed <= maxBytes) {
            return true;
        }
        Set<String> used = inUse.get();
        entries.sort(Comparator.comparing(Entry::used));
        for (Entry entry : entries) {
            String digest = "sha256:" + entry.file().getFileName();
            if (!used.contains(digest) && removed(entry.file())) {
                total -= entry.size();
                if (total + needed <= maxBytes) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Removes everything that nobody uses: the disk itself is full. */
    void evictUnused() {
        evict(maxBytes);
    }

    private static boolean removed(Path file) {
        try {
            return Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("cannot remove {}: {}", file, e.toString());
            return false;
        }
    }

    private List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(blobs)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                try {
                    entries.add(
                            new Entry(
                                    file,
                                    Files.size(file),
                                    Files.getLastModifiedTime(file).toInstant()));
                } catch (IOException gone) {
                    LOG.debug("gone: {}", file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return entries;
    }
}
