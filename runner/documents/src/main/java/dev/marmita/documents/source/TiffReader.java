package dev.marmita.documents.source;

import dev.marmita.documents.image.PixelImage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** TIFF 6.0: every full-size directory is a page. The chain is walked before anything is decoded. */
final class TiffReader implements PageReader {

    private static final String WHAT = "the TIFF file";

    /** Directories looked at: longer chains serve only to keep a reader busy. */
    private static final int MAX_DIRECTORIES = 65_535;

    private static final int REDUCED_OR_MASK = 1 | 4;

    private final ByteBuffer bytes;
    private final Limits limits;
    private final List<TiffDirectory> directories;

    /** Directory index of each page. */
    private final List<Integer> pages = new ArrayList<>();

    TiffReader(ByteBuffer bytes, Limits limits) {
        this.bytes = bytes;
        this.limits = limits;
        this.directories = Damage.guard(WHAT, () -> TiffDirectory.chain(bytes, MAX_DIRECTORIES));
        for (int i = 0; i < directories.size(); i++) {
            long subfile = directories.get(i).number(TiffDirectory.SUBFILE_TYPE).orElse(0);
            if ((subfile & REDUCED_OR_MASK) == 0) {
                pages.add(i);
            }
        }
        if (pages.isEmpty()) {
            throw Damage.refuse(WHAT + " holds no page");
        }
    }

    @Override
    public FileFacts facts() {
        return new FileFacts(
                "TIFF", Optional.empty(), Exif.properties(directories.get(pages.getFirst())));
    }

    @Override
    public int pageCount() {
        return pages.size();
    }

    @Override
    public long pixels(int index) {
        TiffDirectory directory = directories.get(pages.get(index));
        long width = directory.number(TiffDirectory.WIDTH).orElse(0);
        long height = directory.number(TiffDirectory.HEIGHT).orElse(0);
        Damage.checkSize("page " + (index + 1) + " of " + WHAT, width, height, limits);
        return width * height;
    }

    @Override
    public SourcePage read(int index) {
        String what = "page " + (index + 1) + " of " + WHAT;
        TiffDirectory directory = directories.get(pages.get(index));
        long width = directory.number(TiffDirectory.WIDTH).orElse(0);
        long height = directory.number(TiffDirectory.HEIGHT).orElse(0);
        Damage.checkSize(what, width, height, limits);
        long tileWidth = directory.number(TiffDirectory.TILE_WIDTH).orElse(1);
        long tileHeight = directory.number(TiffDirectory.TILE_HEIGHT).orElse(1);
        Damage.checkSize("a tile of " + what, tileWidth, tileHeight, limits);
        long samples = directory.number(TiffDirectory.SAMPLES_PER_PIXEL).orElse(1);
        long bits = directory.number(TiffDirectory.BITS_PER_SAMPLE).orElse(1);
        if (samples < 1 || samples > 8 || bits < 1 || bits > 32) {
            throw Damage.refuse(what + " has " + samples + " samples of " + bits + " bits");
        }
        long part =
                Math.max(
                        directory.largest(TiffDirectory.STRIP_BYTES),
                        directory.largest(TiffDirectory.TILE_BYTES));
        if (part > bytes.limit()) {
            throw Damage.refuse(what + " is cut off: a part of it is larger than the file");
        }
        int factor = limits.subsampling((int) width, (int) height);
        PixelImage image =
                Damage.guard(
                        what,
                        () -> {
                            try (var decoder = new ImageDecoder("tiff", bytes)) {
                                return Bitmaps.pixels(decoder.decode(pages.get(index), factor));
                            }
                        });
        int orientation = (int) directory.number(TiffDirectory.ORIENTATION).orElse(1);
        boolean sideways = orientation >= 5 && orientation <= 8;
        return new SourcePage(
                (int) (sideways ? height : width),
                (int) (sideways ? width : height),
                directory.dpi(),
                directory.dpi(),
                colour(directory, samples, bits),
                compression(directory),
                factor,
                Optional.of(Turning.upright(image, orientation)),
                List.of());
    }

    @Override
    public void close() {}

    private static ColourMode colour(TiffDirectory directory, long samples, long bits) {
        int photometric = (int) directory.number(TiffDirectory.PHOTOMETRIC).orElse(1);
        return switch (photometric) {
            case 0, 1 -> bits == 1 && samples == 1 ? ColourMode.MONOCHROME : ColourMode.GREY;
            case 5 -> ColourMode.CMYK;
            default -> ColourMode.RGB;
        };
    }

    private static Compression compression(TiffDirectory directory) {
        int code = (int) directory.number(TiffDirectory.COMPRESSION).orElse(1);
        return switch (code) {
            case 1 -> Compression.lossless("nenhuma");
            case 2, 3 -> Compression.lossless("CCITT G3");
            case 4 -> Compression.lossless("CCITT G4");
            case 5 -> Compression.lossless("LZW");
            case 6, 7 -> Compression.lossy("JPEG");
            case 8, 32946 -> Compression.lossless("Deflate");
            case 32773 -> Compression.lossless("PackBits");
            default -> Compression.unknown("TIFF " + code);
        };
    }
}
