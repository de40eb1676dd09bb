package dev.marmita.runner;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** A folder that is there while the runner is, and empty afterwards but for its tasks. */
final class ScratchFolder implements AutoCloseable {

    private final Path folder;

    ScratchFolder(Path folder) {
        this.folder = folder;
    }

    static ScratchFolder make(Path folder) throws IOException {
        Files.createDirectories(folder);
        return new ScratchFolder(folder);
    }

    /** Where tasks are kept, for a next process on the same disk too. */
    Path tasks() {
        return folder.resolve(".tasks");
    }

    /** Empties the folder but for tasks; follows no links. */
    @Override
    public void close() throws IOException {
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path visited, BasicFileAttributes attributes) {
                        return visited.equals(tasks())
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                            throws IOException {
                        Files.deleteIfExists(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(
                            Path visited, @Nullable IOException failure) throws IOException {
                        if (!visited.equals(folder)) {
                            Files.deleteIfExists(visited);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
