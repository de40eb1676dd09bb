package dev.marmita.scheduler.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/**
 * Files in folders that a runner can write to. It may put links, pipes or endless files there, to have the
 * platform read for it what it must not see, or to hold it up.
 */
final class RunnerFiles {

    private RunnerFiles() {}

    /** The content of a plain file of at most so many bytes; empty of anything else. */
    static Optional<String> text(Path file, int mostBytes) {
        if (!isPlain(file)) {
            return Optional.empty();
        }
        try (FileChannel channel = open(file)) {
            long size = channel.size();
            if (size > mostBytes) {
                return Optional.empty();
            }
            ByteBuffer bytes = ByteBuffer.allocate((int) size);
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                continue;
            }
            return Optional.of(StandardCharsets.UTF_8.decode(bytes.flip()).toString());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Follows no link. */
    static boolean isPlain(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** To read; follows no link. */
    static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
    }
}
