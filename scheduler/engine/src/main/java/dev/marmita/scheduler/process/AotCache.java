package dev.marmita.scheduler.process;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The AOT cache (JEP 514) of this runner on this runtime, which halves what a start costs. Made once, in
 * the background, by a start of nobody's service, and used for all tenants. It lies beside the runner,
 * so that all platforms that run it share it, or in this one's home where the runner's folder is not
 * ours to write. A file's name holds what it was made from and the checksum of its content: one that is
 * damaged or of another runner is not used. Thread-safe.
 */
final class AotCache implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AotCache.class);
    private static final String SUFFIX = ".aot";
    private static final int KEPT = 2;
    private static final Duration FAREWELL = Duration.ofSeconds(5);

    private final boolean wanted;
    private final Path own;
    private final List<Path> folders;
    private final AotTraining trainer;
    private final String key;
    private volatile @Nullable Path ready;
    private volatile @Nullable Thread maker;

    AotCache(ProcessSettings settings) {
        this.wanted = settings.trainAot();
        this.own = settings.home().resolve("aot");
        this.folders = List.of(settings.runnerHome().resolve("aot"), own);
        this.trainer = new AotTraining(settings);
        this.key = AotKey.of(settings);
    }

    /** Finds the cache, else begins to make it; neither where the settings want none. */
    void open() throws IOException {
        // What was being made when a former process died, and what older versions kept by tenant.
        for (Path old : foldersIn(own)) {
            Trees.delete(old);
        }
        if (!wanted) {
            return;
        }
        ready = found().orElse(null);
        if (ready == null) {
            maker = Thread.ofVirtual().name("aot-cache").start(this::make);
        }
    }

    private static List<Path> foldersIn(Path folder) throws IOException {
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries =
                    Files.newDirectoryStream(folder, Files::isDirectory)) {
                entries.forEach(found::add);
            }
        }
        return found;
    }

    /** The file to start runners with; empty as long as there is none. */
    Optional<Path> file() {
        return Optional.ofNullable(ready).filter(Files::isRegularFile);
    }

    private Optional<Path> found() {
        for (Path folder : folders) {
            try (DirectoryStream<Path> files =
                    Files.newDirectoryStream(folder, key + "-*" + SUFFIX)) {
                for (Path file : files) {
                    if (file.getFileName().toString().equals(name(file))) {
                        return Optional.of(file);
                    }
                    LOG.warn("the AOT cache {} is damaged and made again", file);
                    Files.deleteIfExists(file);
                }
            } catch (IOException absent) {
                LOG.debug("no AOT cache in {}", folder);
            }
        }
        return Optional.empty();
    }

    private String name(Path content) throws IOException {
        return key + "-" + AotKey.checksum(content) + SUFFIX;
    }

    private void make() {
        try {
            Path folder = writable();
            try (FileChannel lock =
                    FileChannel.open(
                            folder.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE)) {
                while (ready == null) {
                    make(folder, lock);
                }
            }
        } catch (IOException e) {
            LOG.warn("no AOT cache, so runners start slower: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Makes it, unless another platform is at it, which is then waited for a while. */
    private void make(Path folder, FileChannel channel) throws IOException, InterruptedException {
        try (FileLock lock = channel.tryLock()) {
            if (lock != null) {
                Optional<Path> others = found();
                ready = others.isPresent() ? others.get() : made(folder);
                return;
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("another platform of this process makes the AOT cache");
        }
        Thread.sleep(AotTraining.LONGEST.dividedBy(300));
    }

    private Path made(Path folder) throws IOException, InterruptedException {
        Path work = own.resolve("training").resolve(UUID.randomUUID().toString());
        Path fresh = folder.resolve("." + work.getFileName() + ".new");
        try {
            Files.createDirectories(work);
            trainer.make(work, fresh);
            Path file = folder.resolve(name(fresh));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
            LOG.info("made an AOT cache for runners: {}", file);
            trim(folder);
            return file;
        } finally {
            Files.deleteIfExists(fresh);
            Trees.delete(work);
        }
    }

    private Path writable() throws IOException {
        IOException failure = new IOException("no folder for it");
        for (Path folder : folders) {
            try {
                Files.createDirectories(folder);
                if (Files.isWritable(folder)) {
                    return folder;
                }
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    /** Those of former builds; who runs with one goes on. */
    private static void trim(Path folder) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            all.forEach(files::add);
        }
        files.sort(Comparator.comparing(AotCache::changed).reversed());
        for (Path old : files.subList(Math.min(KEPT, files.size()), files.size())) {
            Files.deleteIfExists(old);
        }
    }

    private static FileTime changed(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException gone) {
            return FileTime.fromMillis(0);
        }
    }

    /** Ends what is being made. */
    @Override
    public void close() {
        Thread making = maker;
        if (making == null) {
            return;
        }
        making.interrupt();
        try {
            if (!making.join(FAREWELL)) {
                LOG.warn("the making of an AOT cache does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
