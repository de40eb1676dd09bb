package dev.marmita.scheduler.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Finds symbolic links in a zip: the JDK's readers do not show an entry's Unix type. Reads the central
 * directory as APPNOTE.TXT 4.3.12 and 4.3.16 lay it out.
 */
final class ZipLinks {

    private static final int END = 0x06054b50;
    private static final int ENTRY = 0x02014b50;
    private static final int END_SIZE = 22;
    private static final int ENTRY_SIZE = 46;
    private static final int MAX_DIRECTORY = 8 << 20;
    private static final int TYPE_MASK = 0xF000;
    private static final int LINK = 0xA000;

    private ZipLinks() {}

    static void refuse(Path archive) throws IOException, ReplicaException {
        try (FileChannel file = FileChannel.open(archive, StandardOpenOption.READ)) {
            int tail = (int) Math.min(file.size(), END_SIZE + 0xFFFF);
            ByteBuffer end = read(file, file.size() - tail, tail);
            int at = tail - END_SIZE;
            while (at >= 0 && end.getInt(at) != END) {
                at--;
            }
            if (at < 0) {
                throw BundleFolders.invalid("it is not a zip");
            }
            long size = Integer.toUnsignedLong(end.getInt(at + 12));
            long offset = Integer.toUnsignedLong(end.getInt(at + 16));
            if (size > MAX_DIRECTORY || offset + size > file.size()) {
                throw BundleFolders.invalid("its directory is too large or broken");
            }
            entries(read(file, offset, (int) size));
        }
    }

    private static void entries(ByteBuffer directory) throws ReplicaException {
        int at = 0;
        while (at + ENTRY_SIZE <= directory.limit() && directory.getInt(at) == ENTRY) {
            int type = (directory.getInt(at + 38) >>> 16) & TYPE_MASK;
            if (type == LINK) {
                throw BundleFolders.invalid("it has a link in it");
            }
            at +=
                    ENTRY_SIZE
                            + Short.toUnsignedInt(directory.getShort(at + 28))
                            + Short.toUnsignedInt(directory.getShort(at + 30))
                            + Short.toUnsignedInt(directory.getShort(at + 32));
        }
        if (at != directory.limit()) {
            throw BundleFolders.invalid("its directory is broken");
        }
    }

    private static ByteBuffer read(FileChannel file, long position, int size) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining() && file.read(buffer, position + buffer.position()) >= 0) {
            continue;
        }
        return buffer.flip();
    }
}
