package dev.marmita.registry.bundle;

import dev.marmita.registry.RegistryException.InvalidArtifact;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A zip's central directory as it stands in the file (PKWARE APPNOTE 4.3.12): Java's own reader does
 * not tell of symbolic links. Zip64, which 2,000 entries in 512 MiB don't need, is refused.
 */
final class ZipDirectory {

    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_SIZE = 22;
    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final int ENTRY_SIZE = 46;
    private static final int LONGEST_COMMENT = 0xFFFF;
    private static final int LONGEST_DIRECTORY = 16 << 20;
    private static final int ENCRYPTED = 1;
    private static final int UNIX = 3;
    private static final int TYPE_MASK = 0170000;
    private static final int REGULAR = 0100000;
    private static final int FOLDER = 0040000;

    private ZipDirectory() {}

    /**
     * The names in the directory's order.
     *
     * @throws InvalidArtifact where it is broken, or holds links, devices or encrypted entries
     */
    static List<String> names(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer end = end(channel);
            int count = Short.toUnsignedInt(end.getShort(end.position() + 10));
            long length = Integer.toUnsignedLong(end.getInt(end.position() + 12));
            long offset = Integer.toUnsignedLong(end.getInt(end.position() + 16));
            if (length > LONGEST_DIRECTORY || offset + length > channel.size()) {
                throw broken();
            }
            return names(read(channel, offset, (int) length), count);
        }
    }

    private static ByteBuffer end(FileChannel channel) throws IOException {
        long size = channel.size();
        int length = (int) Math.min(size, END_SIZE + LONGEST_COMMENT);
        ByteBuffer last = read(channel, size - length, length);
        for (int at = length - END_SIZE; at >= 0; at--) {
            if (last.getInt(at) == END_SIGNATURE
                    && at + END_SIZE + Short.toUnsignedInt(last.getShort(at + 20)) == length) {
                return last.position(at);
            }
        }
        throw new InvalidArtifact("not a zip file, or a truncated one");
    }

    private static List<String> names(ByteBuffer directory, int count) {
        List<String> names = new ArrayList<>();
        while (directory.hasRemaining()) {
            int at = directory.position();
            if (directory.remaining() < ENTRY_SIZE || directory.getInt(at) != ENTRY_SIGNATURE) {
                throw broken();
            }
            int nameLength = Short.toUnsignedInt(directory.getShort(at + 28));
            int next =
                    at
                            + ENTRY_SIZE
                            + nameLength
                            + Short.toUnsignedInt(directory.getShort(at + 30))
                            + Short.toUnsignedInt(directory.getShort(at + 32));
            if (next > directory.limit()) {
                throw broken();
            }
            byte[] name = new byte[nameLength];
            directory.get(at + ENTRY_SIZE, name);
            String text = new String(name, StandardCharsets.UTF_8);
            plain(directory, at, text);
            names.add(text);
            directory.position(next);
        }
        if (names.size() != count) {
            throw broken();
        }
        return names;
    }

    private static void plain(ByteBuffer directory, int at, String name) {
        if ((directory.getShort(at + 8) & ENCRYPTED) != 0) {
            throw new InvalidArtifact("entry '" + BundleNames.shown(name) + "' is encrypted");
        }
        int madeBy = directory.get(at + 5);
        int type = directory.getInt(at + 38) >>> 16 & TYPE_MASK;
        if (madeBy == UNIX && type != 0 && type != REGULAR && type != FOLDER) {
            throw new InvalidArtifact(
                    "entry '" + BundleNames.shown(name) + "' is a link or another special file");
        }
    }

    private static ByteBuffer read(FileChannel channel, long offset, int length)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, offset + buffer.position()) < 0) {
                throw broken();
            }
        }
        return buffer.flip();
    }

    private static InvalidArtifact broken() {
        return new InvalidArtifact("the zip's directory is broken");
    }
}
