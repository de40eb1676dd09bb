package dev.marmita.documents.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.documents.testing.Files;
import dev.marmita.service.BadInputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.pdfbox.cos.COSDictionary;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.PDResources;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.graphics.form.PDFormXObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostileFilesTest {

    @TempDir Path scratch;

    private final BufferedImage page =
            Files.page(400, 300, BufferedImage.TYPE_3BYTE_BGR, "hello", "there");

    @ParameterizedTest
    @CsvSource({
        "'', the document is empty",
        "'short', no document",
        "'GIF89a-and-more-bytes', a GIF image",
        "'BM-and-many-more-bytes', a BMP image",
        "'just a plain text file', not a known document format",
    })
    void namesWhatIsNotADocument(String text, String message) {
        assertRefused(text.getBytes(StandardCharsets.ISO_8859_1), message);
    }

    @Test
    void refusesAnEnormousPngByItsHeader() {
        byte[] bomb = Files.png(50_000, 50_000, 100_000);
        assertThat(bomb.length).isLessThan(1 << 20);
        assertRefused(bomb, "50000×50000 pixels; at most 120 megapixels");
    }

    @Test
    void refusesAnEnormousJpegByItsHeader() {
        byte[] jpeg = Files.encoded(page, "jpeg");
        int frame = find(jpeg, 0xc0);
        ByteBuffer.wrap(jpeg)
                .putShort(frame + 5, (short) 60_000)
                .putShort(frame + 7, (short) 60_000);
        assertRefused(jpeg, "60000×60000 pixels");
    }

    @Test
    void refusesAPngWithoutPixels() {
        assertRefused(Files.png(0, 10, 10), "has no pixels (0×10)");
    }

    @Test
    void refusesAnAnimatedPng() {
        byte[] png = Files.withChunk(Files.encoded(page, "png"), "acTL", new byte[8]);
        assertRefused(png, "animated PNG");
    }

    @ParameterizedTest
    @CsvSource({"png, 0.5", "png, 0.98", "jpeg, 0.5", "jpeg, 0.9", "tiff, 0.5", "jpeg, 0.05"})
    void refusesWhatIsCutOff(String format, double part) {
        assertRefused(Files.cut(Files.encoded(page, format), part), "cut off");
    }

    @Test
    void readsAJpegThatLacksOnlyItsEndMarker() {
        byte[] jpeg = Files.encoded(page, "jpeg");
        byte[] bytes = Arrays.copyOf(jpeg, jpeg.length - 2);
        assertThat(read(bytes, Limits.within(1, Limits.DEFAULT_PIXELS, 1L << 30)).width())
                .isEqualTo(400);
    }

    @Test
    void refusesAPngWhosePixelsAreGarbage() {
        byte[] png = Files.encoded(page, "png");
        Arrays.fill(png, 60, png.length - 40, (byte) 0x5a);
        assertThatThrownBy(() -> read(png, limits())).isInstanceOf(BadInputException.class);
    }

    @Test
    void refusesAJpegOfHundredsOfScans() {
        byte[] jpeg = Files.encoded(page, "jpeg");
        int scan = find(jpeg, 0xda);
        int length = ByteBuffer.wrap(jpeg).getShort(scan + 2) + 2;
        var file = new ByteArrayOutputStream();
        file.write(jpeg, 0, scan);
        for (int i = 0; i < 200; i++) {
            file.write(jpeg, scan, length);
        }
        file.write(jpeg, scan, jpeg.length - scan);
        assertRefused(file.toByteArray(), "more than 100 scans");
    }

    @Test
    void refusesATiffWhoseChainOfPagesIsALoop() {
        byte[] tiff = Files.encoded(page, "tiff");
        ByteBuffer bytes = tiff(tiff);
        int first = bytes.getInt(4);
        int entries = bytes.getShort(first);
        bytes.putInt(first + 2 + 12 * entries, first);
        assertRefused(tiff, "the chain of pages is broken");
    }

    @Test
    void refusesATiffWhoseChainLeadsOutside() {
        byte[] tiff = Files.encoded(page, "tiff");
        tiff(tiff).putInt(4, 0x7ffffff0);
        assertRefused(tiff, "the chain of pages is broken");
    }

    @Test
    void refusesATiffPageThatClaimsToBeEnormous() {
        byte[] tiff = Files.encoded(page, "tiff");
        ByteBuffer bytes = tiff(tiff);
        int at = bytes.getInt(4) + 2;
        while (bytes.getShort(at) != TiffDirectory.WIDTH) {
            at += 12;
        }
        bytes.putShort(at + 2, (short) 4).putInt(at + 8, 2_000_000_000);
        assertRefused(tiff, "2000000000×300 pixels");
    }

    @Test
    void refusesATiffStripThatClaimsToBeLargerThanTheFile() {
        byte[] tiff = Files.encoded(page, "tiff");
        ByteBuffer bytes = tiff(tiff);
        int at = bytes.getInt(4) + 2;
        while (bytes.getShort(at) != TiffDirectory.STRIP_BYTES) {
            at += 12;
        }
        bytes.putShort(at + 2, (short) 4).putInt(at + 4, 1).putInt(at + 8, 2_000_000_000);
        assertRefused(tiff, "larger than the file");
    }

    @Test
    void refusesAPdfPageOfFormsThatDrawForms() throws IOException {
        try (PDDocument pdf = new PDDocument()) {
            PDPage only = new PDPage();
            PDFormXObject inner = null;
            // Eight levels of ten: a hundred million drawings out of a few kilobytes.
            for (int level = 0; level < 8; level++) {
                PDFormXObject form = new PDFormXObject(pdf);
                form.setBBox(new PDRectangle(10, 10));
                PDResources resources = new PDResources();
                form.setResources(resources);
                StringBuilder drawing = new StringBuilder("0 0 1 1 re f ");
                if (inner != null) {
                    resources.put(COSName.getPDFName("F"), inner);
                    drawing.append("/F Do ".repeat(10));
                }
                try (var out = form.getCOSObject().createOutputStream()) {
                    out.write(drawing.toString().getBytes(StandardCharsets.US_ASCII));
                }
                inner = form;
            }
            pdf.addPage(only);
            try (var content = new PDPageContentStream(pdf, only)) {
                content.drawForm(inner);
            }
            assertRefused(saved(pdf), "draws too much");
        }
    }

    @Test
    void refusesAnEncryptedPdf() throws IOException {
        try (PDDocument pdf = new PDDocument()) {
            pdf.addPage(new PDPage());
            pdf.protect(new StandardProtectionPolicy("owner", "user", new AccessPermission()));
            assertRefused(saved(pdf), "encrypted");
        }
    }

    @Test
    void countsThePagesOfAHugePdfWithoutReadingThem() throws IOException {
        try (PDDocument pdf = new PDDocument()) {
            for (int i = 0; i < 10_000; i++) {
                pdf.addPage(new PDPage());
            }
            byte[] bytes = saved(pdf);
            try (PageReader reader =
                    DocumentFile.open(Files.content(bytes), limits(), true, scratch)) {
                assertThat(reader.pageCount()).isEqualTo(10_000);
            }
        }
    }

    @Test
    void refusesAPdfStreamThatUnpacksToGigabytes() throws IOException {
        try (PDDocument pdf = new PDDocument()) {
            PDPage bomb = new PDPage();
            COSStream stream = new COSStream();
            try (var out = stream.createRawOutputStream()) {
                out.write(Files.zeros(380_000));
            }
            stream.setItem(COSName.FILTER, COSName.FLATE_DECODE);
            bomb.getCOSObject().setItem(COSName.CONTENTS, stream);
            pdf.addPage(bomb);
            assertRefused(saved(pdf), "unpacks to more than 343 MiB");
        }
    }

    @Test
    void refusesAPdfPictureThatIsEnormous() throws IOException {
        assertRefused(pdfWithPicture("FlateDecode", 50_000), "a picture in the PDF file has");
    }

    @Test
    void saysThatJpeg2000IsNotRead() throws IOException {
        assertRefused(pdfWithPicture("JPXDecode", 100), "JPEG 2000");
    }

    @Test
    void refusesAPdfThatIsNoPdfBehindItsHeader() {
        byte[] bytes =
                "%PDF-1.7\nnothing of what follows is a PDF file"
                        .getBytes(StandardCharsets.US_ASCII);
        assertRefused(bytes, "the PDF file");
    }

    private byte[] pdfWithPicture(String filter, int side) throws IOException {
        try (PDDocument pdf = new PDDocument()) {
            PDPage only = new PDPage();
            COSStream image = new COSStream();
            try (var out = image.createRawOutputStream()) {
                out.write(new byte[100]);
            }
            image.setItem(COSName.TYPE, COSName.XOBJECT);
            image.setItem(COSName.SUBTYPE, COSName.IMAGE);
            image.setInt(COSName.WIDTH, side);
            image.setInt(COSName.HEIGHT, side);
            image.setInt(COSName.BITS_PER_COMPONENT, 8);
            image.setItem(COSName.COLORSPACE, COSName.DEVICEGRAY);
            image.setItem(COSName.FILTER, COSName.getPDFName(filter));
            PDResources resources = new PDResources();
            var objects = new COSDictionary();
            objects.setItem(COSName.getPDFName("Im0"), image);
            resources.getCOSObject().setItem(COSName.XOBJECT, objects);
            only.setResources(resources);
            pdf.addPage(only);
            return saved(pdf);
        }
    }

    private void assertRefused(byte[] file, String message) {
        assertThatThrownBy(() -> read(file, limits()))
                .isInstanceOf(BadInputException.class)
                .hasMessageContaining(message);
    }

    private SourcePage read(byte[] file, Limits limits) {
        try (PageReader reader = DocumentFile.open(Files.content(file), limits, true, scratch)) {
            reader.pageCount();
            reader.check();
            return reader.read(0);
        }
    }

    private static Limits limits() {
        return new Limits(200, Limits.DEFAULT_PIXELS, 20_000_000);
    }

    private static ByteBuffer tiff(byte[] file) {
        return ByteBuffer.wrap(file)
                .order(file[0] == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    }

    private static int find(byte[] jpeg, int marker) {
        for (int i = 0; i + 1 < jpeg.length; i++) {
            if ((jpeg[i] & 0xff) == 0xff && (jpeg[i + 1] & 0xff) == marker) {
                return i;
            }
        }
        throw new IllegalArgumentException("no marker " + marker);
    }

    private static byte[] saved(PDDocument pdf) throws IOException {
        var bytes = new ByteArrayOutputStream();
        pdf.save(bytes);
        return bytes.toByteArray();
    }
}
