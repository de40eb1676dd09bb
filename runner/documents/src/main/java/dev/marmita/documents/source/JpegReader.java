package dev.marmita.documents.source;

import dev.marmita.documents.image.PixelImage;
import dev.marmita.documents.source.FileFacts.Property;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.imageio.IIOException;

/** JPEG: one page, turned as its Exif orientation says. */
final class JpegReader implements PageReader {

    private static final String WHAT = "the JPEG image";

    /** Encoders write up to a dozen; hundreds serve only to keep a decoder busy. */
    private static final int MAX_SCANS = 100;

    /** A progressive file's coefficients are held in native memory, whole. */
    private static final long MAX_PROGRESSIVE_PIXELS = 50_000_000;

    private final ByteBuffer bytes;
    private final Limits limits;
    private final JpegHeader header;

    JpegReader(ByteBuffer bytes, Limits limits) {
        this.bytes = bytes;
        this.limits = limits;
        this.header = Damage.guard(WHAT, () -> JpegHeader.parse(bytes));
        Damage.checkSize(WHAT, header.width(), header.height(), limits);
        if (header.scans() > MAX_SCANS) {
            throw Damage.refuse(WHAT + " has more than " + MAX_SCANS + " scans");
        }
        if (header.precision() != 8 || header.lossless()) {
            throw Damage.refuse(
                    "JPEG images of "
                            + header.precision()
                            + " bits or in lossless mode are not read; use PNG or TIFF");
        }
        long pixels = (long) header.width() * header.height();
        if (header.progressive() && pixels > MAX_PROGRESSIVE_PIXELS) {
            throw Damage.refuse(
                    "progressive JPEG images above "
                            + MAX_PROGRESSIVE_PIXELS / 1_000_000
                            + " megapixels are not read; send a baseline one");
        }
    }

    @Override
    public FileFacts facts() {
        Map<Property, String> properties = header.exif().map(Exif::properties).orElse(Map.of());
        return new FileFacts("JPEG", Optional.empty(), properties);
    }

    @Override
    public int pageCount() {
        return 1;
    }

    @Override
    public long pixels(int index) {
        return (long) header.width() * header.height();
    }

    @Override
    public SourcePage read(int index) {
        PixelImage image = picture();
        int orientation =
                (int)
                        header.exif()
                                .map(exif -> exif.number(TiffDirectory.ORIENTATION).orElse(1))
                                .orElse(1L)
                                .longValue();
        Optional<Integer> dpi =
                header.density().or(() -> header.exif().flatMap(TiffDirectory::dpi));
        boolean sideways = orientation >= 5 && orientation <= 8;
        return new SourcePage(
                sideways ? header.height() : header.width(),
                sideways ? header.width() : header.height(),
                dpi,
                dpi,
                colour(),
                Compression.lossy("JPEG"),
                limits.subsampling(header.width(), header.height()),
                Optional.of(Turning.upright(image, orientation)),
                List.of());
    }

    @Override
    public void close() {}

    /** The picture as it is stored, sub-sampled where it is large; for PDF, which knows no Exif orientation. */
    PixelImage picture() {
        int factor = limits.subsampling(header.width(), header.height());
        return Damage.guard(WHAT, () -> decode(factor));
    }

    private ColourMode colour() {
        return switch (header.components()) {
            case 1 -> ColourMode.GREY;
            case 4 -> ColourMode.CMYK;
            default -> ColourMode.RGB;
        };
    }

    private PixelImage decode(int factor) throws IOException {
        PixelImage image;
        List<String> warnings;
        try (var decoder = new ImageDecoder("jpeg", bytes)) {
            image =
                    header.components() == 4
                            ? fromRaw(decoder, factor)
                            : Bitmaps.pixels(decoder.decode(0, factor));
            warnings = decoder.warnings();
        } catch (IllegalArgumentException | IIOException | ClassCastException e) {
            // Mostly a broken colour profile, without which the picture is as readable.
            try (var decoder = new ImageDecoder("jpeg", bytes)) {
                image = fromRaw(decoder, factor);
                warnings = decoder.warnings();
            }
        }
        for (String warning : warnings) {
            if (warning.toLowerCase(Locale.ROOT).contains("premature")) {
                throw Damage.refuse(WHAT + " is cut off");
            }
        }
        return image;
    }

    private PixelImage fromRaw(ImageDecoder decoder, int factor) throws IOException {
        Raster raster = decoder.decodeRaw(factor);
        int transform = header.adobeTransform();
        return switch (raster.getNumBands()) {
            case 4 -> RawColours.fromCmyk(raster, transform == 2, transform >= 0);
            case 3 -> RawColours.fromThree(raster, transform != 0);
            default -> RawColours.fromGrey(raster);
        };
    }
}
