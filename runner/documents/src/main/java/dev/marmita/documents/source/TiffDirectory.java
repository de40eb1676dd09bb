package dev.marmita.documents.source;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One image file directory of a TIFF 6.0 file, or of the Exif block that JPEG and PNG files carry.
 * Reads only what the buffer holds: offsets beyond it count as absent.
 */
final class TiffDirectory {

    static final int SUBFILE_TYPE = 254;
    static final int WIDTH = 256;
    static final int HEIGHT = 257;
    static final int BITS_PER_SAMPLE = 258;
    static final int COMPRESSION = 259;
    static final int PHOTOMETRIC = 262;
    static final int DOCUMENT_NAME = 269;
    static final int DESCRIPTION = 270;
    static final int MAKE = 271;
    static final int MODEL = 272;
    static final int ORIENTATION = 274;
    static final int SAMPLES_PER_PIXEL = 277;
    static final int X_RESOLUTION = 282;
    static final int Y_RESOLUTION = 283;
    static final int STRIP_BYTES = 279;
    static final int RESOLUTION_UNIT = 296;
    static final int SOFTWARE = 305;
    static final int DATE_TIME = 306;
    static final int ARTIST = 315;
    static final int TILE_WIDTH = 322;
    static final int TILE_HEIGHT = 323;
    static final int TILE_BYTES = 325;
    static final int EXIF = 34665;
    static final int EXIF_ORIGINAL = 36867;
    static final int EXIF_DIGITIZED = 36868;

    private static final int MAX_ENTRIES = 4096;
    private static final int MAX_TEXT = 1024;
    private static final int[] TYPE_SIZES = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8};

    private final ByteBuffer bytes;
    private final Map<Integer, Integer> entries = new HashMap<>();
    private final long next;

    private TiffDirectory(ByteBuffer bytes, int offset) {
        this.bytes = bytes;
        int count = bytes.getShort(offset) & 0xffff;
        if (count > MAX_ENTRIES) {
            throw new IndexOutOfBoundsException("a directory of " + count + " entries");
        }
        for (int i = 0; i < count; i++) {
            int at = offset + 2 + 12 * i;
            entries.putIfAbsent(bytes.getShort(at) & 0xffff, at);
        }
        next = bytes.getInt(offset + 2 + 12 * count) & 0xffffffffL;
    }

    /**
     * The chain of directories.
     *
     * @param most how many are wanted; the rest of the chain is not walked
     * @throws IndexOutOfBoundsException where the chain leads outside the file or back into itself
     */
    static List<TiffDirectory> chain(ByteBuffer file, int most) {
        ByteBuffer bytes = file.slice();
        bytes.order(
                bytes.get(0) == 'I' && bytes.get(1) == 'I'
                        ? ByteOrder.LITTLE_ENDIAN
                        : ByteOrder.BIG_ENDIAN);
        List<TiffDirectory> chain = new ArrayList<>();
        Set<Long> seen = new HashSet<>();
        long offset = bytes.getInt(4) & 0xffffffffL;
        while (offset != 0 && chain.size() < most) {
            if (offset > bytes.limit() - 6 || !seen.add(offset)) {
                throw new IndexOutOfBoundsException("the chain of pages is broken");
            }
            TiffDirectory directory = new TiffDirectory(bytes, (int) offset);
            chain.add(directory);
            offset = directory.next;
        }
        return chain;
    }

    /** The first directory of an Exif block; empty where it cannot be read, for it is an extra. */
    static Optional<TiffDirectory> ofExif(ByteBuffer block) {
        try {
            return chain(block, 1).stream().findFirst();
        } catch (IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** The directory to which a tag points. */
    Optional<TiffDirectory> directory(int tag) {
        OptionalLong offset = number(tag);
        if (offset.isEmpty() || offset.getAsLong() < 8 || offset.getAsLong() > bytes.limit() - 6) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TiffDirectory(bytes, (int) offset.getAsLong()));
        } catch (IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** The first value of an integer tag. */
    OptionalLong number(int tag) {
        Integer at = entries.get(tag);
        if (at == null) {
            return OptionalLong.empty();
        }
        int from = valueAt(at);
        if (from < 0) {
            return OptionalLong.empty();
        }
        return switch (bytes.getShort(at + 2)) {
            case 1 -> OptionalLong.of(bytes.get(from) & 0xff);
            case 3 -> OptionalLong.of(bytes.getShort(from) & 0xffff);
            case 4 -> OptionalLong.of(bytes.getInt(from) & 0xffffffffL);
            default -> OptionalLong.empty();
        };
    }

    /** The largest value of an integer tag; 0 where it is absent. */
    long largest(int tag) {
        Integer at = entries.get(tag);
        int from = at == null ? -1 : valueAt(at);
        if (at == null || from < 0) {
            return 0;
        }
        int type = bytes.getShort(at + 2);
        int count = bytes.getInt(at + 4);
        long largest = 0;
        for (int i = 0; i < count; i++) {
            long value =
                    switch (type) {
                        case 3 -> bytes.getShort(from + 2 * i) & 0xffff;
                        case 4 -> bytes.getInt(from + 4 * i) & 0xffffffffL;
                        default -> 0;
                    };
            largest = Math.max(largest, value);
        }
        return largest;
    }

    /** The first value of a rational tag. */
    OptionalDouble rational(int tag) {
        Integer at = entries.get(tag);
        if (at == null || bytes.getShort(at + 2) != 5) {
            return OptionalDouble.empty();
        }
        int from = valueAt(at);
        if (from < 0) {
            return OptionalDouble.empty();
        }
        long below = bytes.getInt(from + 4) & 0xffffffffL;
        return below == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of((double) (bytes.getInt(from) & 0xffffffffL) / below);
    }

    /** A text tag without surrounding blanks; empty where nothing is left. */
    Optional<String> text(int tag) {
        Integer at = entries.get(tag);
        if (at == null || bytes.getShort(at + 2) != 2) {
            return Optional.empty();
        }
        int from = valueAt(at);
        if (from < 0) {
            return Optional.empty();
        }
        byte[] raw = new byte[Math.min(MAX_TEXT, bytes.getInt(at + 4))];
        bytes.get(from, raw);
        int end = 0;
        while (end < raw.length && raw[end] != 0) {
            end++;
        }
        String text = new String(raw, 0, end, StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /** Pixels per inch, across. */
    Optional<Integer> dpi() {
        OptionalDouble resolution = rational(X_RESOLUTION);
        long unit = number(RESOLUTION_UNIT).orElse(2);
        if (resolution.isEmpty() || unit != 2 && unit != 3) {
            return Optional.empty();
        }
        return Dpi.of(resolution.getAsDouble() * (unit == 3 ? 2.54 : 1));
    }

    /** Position of an entry's values, or -1 where they lie outside the file. */
    private int valueAt(int entry) {
        int type = bytes.getShort(entry + 2);
        long count = bytes.getInt(entry + 4) & 0xffffffffL;
        if (type < 1 || type >= TYPE_SIZES.length || count < 1) {
            return -1;
        }
        long size = count * TYPE_SIZES[type];
        long from = size <= 4 ? entry + 8L : bytes.getInt(entry + 8) & 0xffffffffL;
        return from + size > bytes.limit() ? -1 : (int) from;
    }
}
