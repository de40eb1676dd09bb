package dev.marmita.documents.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.documents.image.PixelImage;
import dev.marmita.documents.testing.Files;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ImageKindsTest {

    @TempDir Path scratch;

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_BYTE_BINARY,
                BufferedImage.TYPE_BYTE_GRAY,
                BufferedImage.TYPE_USHORT_GRAY,
                BufferedImage.TYPE_BYTE_INDEXED,
                BufferedImage.TYPE_3BYTE_BGR,
                BufferedImage.TYPE_INT_ARGB
            })
    void readsPngOfEveryKindAsTheSameGreys(int type) {
        BufferedImage image = quarters(type, 0, type == BufferedImage.TYPE_BYTE_BINARY ? 255 : 204);
        SourcePage page = read(Files.encoded(image, "png"));
        assertGrey(page, 10, 10, 0);
        assertGrey(page, 50, 10, type == BufferedImage.TYPE_BYTE_BINARY ? 255 : 204);
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                BufferedImage.TYPE_BYTE_BINARY,
                BufferedImage.TYPE_BYTE_GRAY,
                BufferedImage.TYPE_USHORT_GRAY,
                BufferedImage.TYPE_3BYTE_BGR
            })
    void readsTiffOfEveryKind(int type) {
        BufferedImage image = quarters(type, 0, 255);
        SourcePage page = read(Files.encoded(image, "tiff"));
        assertGrey(page, 10, 10, 0);
        assertGrey(page, 50, 10, 255);
    }

    @Test
    void laysTransparentPixelsOnWhitePaper() {
        BufferedImage image = new BufferedImage(20, 20, BufferedImage.TYPE_INT_ARGB);
        image.setRGB(5, 5, 0x80000000);
        image.setRGB(6, 5, 0xff000000);
        SourcePage page = read(Files.encoded(image, "png"));
        assertGrey(page, 0, 0, 255);
        assertGrey(page, 5, 5, 127);
        assertGrey(page, 6, 5, 0);
    }

    @Test
    void laysATransparentPaletteOnWhitePaper() {
        byte[] black = {0, 0};
        IndexColorModel palette =
                new IndexColorModel(1, 2, black, black, black, new byte[] {0, (byte) 255});
        BufferedImage image = new BufferedImage(20, 20, BufferedImage.TYPE_BYTE_BINARY, palette);
        image.getRaster().setSample(3, 3, 0, 1);
        SourcePage page = read(Files.encoded(image, "png"));
        assertGrey(page, 0, 0, 255);
        assertGrey(page, 3, 3, 0);
    }

    @Test
    void readsCmykJpegWithInkAsItIs() throws IOException {
        assertRedAndWhite(read(cmyk(255, 0)));
    }

    @Test
    void readsCmykJpegWithAdobesInvertedInk() throws IOException {
        byte[] adobe = {
            (byte) 0xff, (byte) 0xee, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0
        };
        assertRedAndWhite(read(inserted(cmyk(0, 255), adobe)));
    }

    @Test
    void readsAJpegWhoseColourProfileIsBroken() {
        BufferedImage image = quarters(BufferedImage.TYPE_3BYTE_BGR, 0, 204);
        byte[] name = "ICC_PROFILE\0\1\1nothing of a profile".getBytes(StandardCharsets.ISO_8859_1);
        byte[] segment =
                ByteBuffer.allocate(4 + name.length)
                        .putShort((short) 0xffe2)
                        .putShort((short) (2 + name.length))
                        .put(name)
                        .array();
        SourcePage page = read(inserted(Files.encoded(image, "jpeg"), segment));
        assertGrey(page, 10, 10, 0);
        assertGrey(page, 60, 10, 204);
    }

    @Test
    void ignoresWhatAPngCarriesBesideItsPicture() {
        byte[] bomb = Files.zeros(300_000);
        byte[] text = new byte[bomb.length + 3];
        text[0] = 'k';
        System.arraycopy(bomb, 0, text, 3, bomb.length);
        byte[] png = Files.encoded(quarters(BufferedImage.TYPE_BYTE_INDEXED, 0, 204), "png");
        SourcePage page = read(Files.withChunk(png, "zTXt", text));
        assertGrey(page, 50, 10, 204);
    }

    private static byte[] cmyk(int ink, int none) throws IOException {
        WritableRaster raster = Raster.createInterleavedRaster(0, 32, 32, 4, null);
        for (int y = 0; y < 32; y++) {
            for (int x = 0; x < 32; x++) {
                // The left half red, that is magenta and yellow; the right half without ink.
                int here = x < 16 ? ink : none;
                raster.setPixel(x, y, new int[] {none, here, here, none});
            }
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        var bytes = new ByteArrayOutputStream();
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(raster, null, null), null);
        }
        return bytes.toByteArray();
    }

    private static void assertRedAndWhite(SourcePage page) {
        assertThat(page.colour()).isEqualTo(ColourMode.CMYK);
        PixelImage image = page.image().orElseThrow();
        assertThat(sample(image, 4, 16, 2)).isGreaterThan(240);
        assertThat(sample(image, 4, 16, 0)).isLessThan(15);
        assertThat(sample(image, 28, 16, 0)).isGreaterThan(240);
    }

    @Test
    void turnsAPhotoAsItsExifOrientationSays() {
        BufferedImage image = quarters(BufferedImage.TYPE_BYTE_GRAY, 0, 255);
        SourcePage page = read(withExif(Files.encoded(image, "jpeg"), 6));
        assertThat(page.width()).isEqualTo(40);
        assertThat(page.height()).isEqualTo(80);
        // The left half was black: after a quarter turn clockwise it is the upper half.
        assertThat(sample(page.image().orElseThrow(), 20, 10, 0)).isLessThan(20);
        assertThat(sample(page.image().orElseThrow(), 20, 70, 0)).isGreaterThan(235);
    }

    @Test
    void subSamplesALargePageAndKeepsItsSizeForBoxes() {
        BufferedImage image = quarters(BufferedImage.TYPE_BYTE_GRAY, 0, 255);
        try (PageReader reader =
                DocumentFile.open(
                        Files.content(Files.encoded(image, "png")),
                        new Limits(1, 1_000_000, 1_000),
                        true,
                        scratch)) {
            SourcePage page = reader.read(0);
            assertThat(page.width()).isEqualTo(80);
            assertThat(page.scale()).isEqualTo(2);
            assertThat(page.image().orElseThrow().width()).isEqualTo(40);
        }
    }

    @Test
    void readsEveryPageOfATiffWithItsResolution() {
        try (PageReader reader =
                DocumentFile.open(
                        Files.sample("contrato.tiff"),
                        new Limits(9, Limits.DEFAULT_PIXELS, 20_000_000),
                        true,
                        scratch)) {
            assertThat(reader.pageCount()).isEqualTo(2);
            SourcePage second = reader.read(1);
            assertThat(second.resolution()).isEqualTo(Optional.of(300));
            assertThat(second.colour()).isEqualTo(ColourMode.MONOCHROME);
            assertThat(second.compression()).isEqualTo(Compression.lossless("CCITT G4"));
        }
    }

    private SourcePage read(byte[] file) {
        try (PageReader reader =
                DocumentFile.open(
                        Files.content(file),
                        new Limits(1, Limits.DEFAULT_PIXELS, 20_000_000),
                        true,
                        scratch)) {
            return reader.read(0);
        }
    }

    /** 80 × 40 pixels, the left half of one grey and the right half of another. */
    private static BufferedImage quarters(int type, int left, int right) {
        BufferedImage image = new BufferedImage(80, 40, type);
        for (int y = 0; y < 40; y++) {
            for (int x = 0; x < 80; x++) {
                int grey = x < 40 ? left : right;
                if (type == BufferedImage.TYPE_USHORT_GRAY) {
                    image.getRaster().setSample(x, y, 0, grey * 257);
                } else if (type == BufferedImage.TYPE_BYTE_GRAY) {
                    image.getRaster().setSample(x, y, 0, grey);
                } else {
                    image.setRGB(x, y, new Color(grey, grey, grey).getRGB());
                }
            }
        }
        return image;
    }

    private static byte[] withExif(byte[] jpeg, int orientation) {
        ByteBuffer segment = ByteBuffer.allocate(2 + 2 + 6 + 8 + 2 + 12 + 4);
        segment.putShort((short) 0xffe1).putShort((short) (segment.capacity() - 2));
        segment.put(new byte[] {'E', 'x', 'i', 'f', 0, 0}).put(new byte[] {'M', 'M', 0, 42});
        segment.putInt(8).putShort((short) 1);
        segment.putShort((short) TiffDirectory.ORIENTATION).putShort((short) 3).putInt(1);
        segment.putShort((short) orientation).putShort((short) 0).putInt(0);
        return inserted(jpeg, segment.array());
    }

    /** The file with another segment behind its first marker. */
    private static byte[] inserted(byte[] jpeg, byte[] segment) {
        var file = new ByteArrayOutputStream();
        file.write(jpeg, 0, 2);
        file.writeBytes(segment);
        file.write(jpeg, 2, jpeg.length - 2);
        return file.toByteArray();
    }

    private static void assertGrey(SourcePage page, int x, int y, int grey) {
        PixelImage image = page.image().orElseThrow();
        for (int c = 0; c < image.channels(); c++) {
            assertThat(sample(image, x, y, c)).isBetween(grey - 1, grey + 1);
        }
    }

    private static int sample(PixelImage image, int x, int y, int channel) {
        return image.data()[(y * image.width() + x) * image.channels() + channel] & 0xff;
    }
}
