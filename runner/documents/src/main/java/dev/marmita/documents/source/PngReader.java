package dev.marmita.documents.source;

import dev.marmita.documents.image.PixelImage;
import dev.marmita.documents.source.FileFacts.Property;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** PNG (ISO/IEC 15948): one page. Its chunks are walked before anything is decoded. */
final class PngReader implements PageReader {

    private static final String WHAT = "the PNG image";
    private static final int IHDR = 0x49484452;
    private static final int PHYS = 0x70485973;
    private static final int TEXT = 0x74455874;
    private static final int ACTL = 0x6163544c;
    private static final int PLTE = 0x504c5445;
    private static final int TRNS = 0x74524e53;
    private static final int IDAT = 0x49444154;
    private static final int IEND = 0x49454e44;
    private static final double INCH = 0.0254;
    private static final int MAX_TEXT = 2048;

    private static final int SIGNATURE = 8;
    private static final int AROUND_BODY = 12;

    private final ByteBuffer bytes;
    private final Limits limits;

    /** Size of the chunks that make the picture. */
    private int essential = SIGNATURE;

    private final Map<Property, String> properties = new EnumMap<>(Property.class);
    private int width;
    private int height;
    private int bits;
    private int colourType;
    private Optional<Integer> dpi = Optional.empty();

    PngReader(ByteBuffer bytes, Limits limits) {
        this.bytes = bytes;
        this.limits = limits;
        Damage.guard(
                WHAT,
                () -> {
                    walk();
                    return this;
                });
    }

    @Override
    public FileFacts facts() {
        return new FileFacts("PNG", Optional.empty(), properties);
    }

    @Override
    public int pageCount() {
        return 1;
    }

    @Override
    public long pixels(int index) {
        return (long) width * height;
    }

    @Override
    public SourcePage read(int index) {
        int factor = limits.subsampling(width, height);
        PixelImage image =
                Damage.guard(
                        WHAT,
                        () -> {
                            try (var decoder = new ImageDecoder("png", picture())) {
                                return Bitmaps.pixels(decoder.decode(0, factor));
                            }
                        });
        return new SourcePage(
                width,
                height,
                dpi,
                dpi,
                colour(),
                Compression.lossless("Deflate"),
                factor,
                Optional.of(image),
                List.of());
    }

    @Override
    public void close() {}

    private ColourMode colour() {
        return switch (colourType) {
            case 0, 4 -> bits == 1 ? ColourMode.MONOCHROME : ColourMode.GREY;
            case 3 -> bits == 1 ? ColourMode.MONOCHROME : ColourMode.RGB;
            default -> ColourMode.RGB;
        };
    }

    private void walk() {
        boolean pixels = false;
        int at = SIGNATURE;
        while (true) {
            long length = bytes.getInt(at) & 0xffffffffL;
            int type = bytes.getInt(at + 4);
            int body = at + 8;
            if (at == SIGNATURE && type != IHDR) {
                throw Damage.refuse(WHAT + " does not begin with its header");
            }
            if (type == IEND) {
                essential += AROUND_BODY;
                break;
            }
            if (length > bytes.limit() - body - 4L) {
                throw Damage.refuse(WHAT + " is cut off");
            }
            chunk(type, body, (int) length);
            pixels |= type == IDAT;
            essential += isEssential(type) ? AROUND_BODY + (int) length : 0;
            at = body + (int) length + 4;
        }
        if (!pixels) {
            throw Damage.refuse(WHAT + " holds no pixels");
        }
    }

    /** The file without texts, profiles and whatever else a decoder would unpack without a limit. */
    private ByteBuffer picture() {
        if (essential == bytes.limit()) {
            return bytes;
        }
        ByteBuffer picture = ByteBuffer.allocate(essential).put(bytes.slice(0, SIGNATURE));
        int at = SIGNATURE;
        while (picture.hasRemaining()) {
            int size = bytes.getInt(at) + AROUND_BODY;
            if (isEssential(bytes.getInt(at + 4))) {
                picture.put(bytes.slice(at, size));
            }
            at += size;
        }
        return picture.flip();
    }

    private static boolean isEssential(int type) {
        return type == IHDR || type == PLTE || type == TRNS || type == IDAT || type == IEND;
    }

    private void chunk(int type, int body, int length) {
        switch (type) {
            case IHDR -> header(body);
            case ACTL ->
                    throw Damage.refuse(
                            "animated PNG images are not read; send the frames as pages of a TIFF"
                                    + " or PDF file");
            case PHYS -> {
                if (length == 9 && bytes.get(body + 8) == 1) {
                    dpi = Dpi.of(bytes.getInt(body) * INCH);
                }
            }
            case TEXT -> text(body, Math.min(length, MAX_TEXT));
            default -> {}
        }
    }

    private void header(int body) {
        width = bytes.getInt(body);
        height = bytes.getInt(body + 4);
        bits = bytes.get(body + 8);
        colourType = bytes.get(body + 9);
        Damage.checkSize(WHAT, Math.max(0, (long) width), Math.max(0, (long) height), limits);
    }

    private void text(int body, int length) {
        byte[] raw = new byte[length];
        bytes.get(body, raw);
        String all = new String(raw, StandardCharsets.ISO_8859_1);
        int separator = all.indexOf('\0');
        if (separator < 0 || all.length() == separator + 1) {
            return;
        }
        String value = all.substring(separator + 1).strip();
        switch (all.substring(0, separator)) {
            case "Title" -> properties.put(Property.TITLE, value);
            case "Author" -> properties.put(Property.AUTHOR, value);
            case "Description" -> properties.put(Property.SUBJECT, value);
            case "Software" -> properties.put(Property.SOFTWARE, value);
            case "Creation Time" -> properties.put(Property.CREATED, value);
            default -> {}
        }
    }
}
