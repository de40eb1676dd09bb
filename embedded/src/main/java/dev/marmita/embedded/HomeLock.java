package dev.marmita.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps a home folder for one process: an operating system lock, so a killed owner frees it at once. */
final class HomeLock implements AutoCloseable {
    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @param what the part, for the message
     * @throws EmbeddedStartException when another process, or another part of this one, holds the folder
     */
    static HomeLock acquire(Path home, String what) throws IOException {
        Path file = home.resolve("lock");
        FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        boolean held = false;
        try {
            if (tryLock(channel) == null) {
                throw new EmbeddedStartException(
                        "%s in %s is already in use%s. Stop that one first, or give this one another folder."
                                .formatted(what, home, holder(file)));
            }
            byte[] pid =
                    Long.toString(ProcessHandle.current().pid())
                            .getBytes(StandardCharsets.US_ASCII);
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(pid), 0);
            held = true;
            return new HomeLock(channel);
        } finally {
            if (!held) {
                channel.close();
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException held) {
            return null; // by this very JVM
        }
    }

    private static String holder(Path file) throws IOException {
        String pid = Files.readString(file, StandardCharsets.US_ASCII).strip();
        return pid.isEmpty() ? "" : " by process " + pid;
    }

    /** Frees the folder. The file stays: removing it would race with the next owner. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
