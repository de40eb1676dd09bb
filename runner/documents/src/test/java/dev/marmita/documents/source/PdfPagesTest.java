package dev.marmita.documents.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.documents.ocr.TextLine;
import dev.marmita.documents.testing.Files;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDMetadata;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.common.PDStream;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.graphics.image.CCITTFactory;
import org.apache.pdfbox.pdmodel.graphics.image.JPEGFactory;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.apache.pdfbox.pdmodel.graphics.state.RenderingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PdfPagesTest {

    private static final String LONG = "A line of text that is long enough to be one";

    @TempDir Path scratch;

    @Test
    void takesTheTextOfABornDigitalPageWithItsBoxes() throws IOException {
        SourcePage page = read(textPage(RenderingMode.FILL), true);
        assertThat(page.image()).isEmpty();
        assertThat(page.textLayer()).extracting(TextLine::text).containsExactly(LONG);
        // 72 points from the left, 100 below the top, at 300 dpi.
        assertThat(page.textLayer().getFirst().box().left()).isBetween(298.0, 303.0);
        assertThat(page.textLayer().getFirst().box().bottom()).isBetween(410.0, 430.0);
        assertThat(page.colour()).isEqualTo(ColourMode.NONE);
    }

    @Test
    void drawsThePageWhereItsTextIsNotWanted() throws IOException {
        SourcePage page = read(textPage(RenderingMode.FILL), false);
        assertThat(page.textLayer()).isEmpty();
        assertThat(page.dpi()).isEqualTo(Optional.of(300));
        assertThat(page.image().orElseThrow().width()).isBetween(2479, 2481);
    }

    @Test
    void doesNotTrustInvisibleText() throws IOException {
        SourcePage page = read(textPage(RenderingMode.NEITHER), true);
        assertThat(page.textLayer()).isEmpty();
        assertThat(page.image()).isPresent();
    }

    @Test
    void takesThePictureOfAScannedPageAsItIs() throws IOException {
        SourcePage page = read(scannedPage(0), true);
        assertThat(page.width()).isEqualTo(850);
        assertThat(page.height()).isEqualTo(1100);
        assertThat(page.resolution()).isEqualTo(Optional.of(100));
        assertThat(page.compression()).isEqualTo(Compression.lossy("JPEG"));
    }

    @Test
    void turnsThePictureOfATurnedPage() throws IOException {
        SourcePage page = read(scannedPage(90), true);
        assertThat(page.width()).isEqualTo(1100);
        assertThat(page.height()).isEqualTo(850);
        assertThat(page.image().orElseThrow().width()).isEqualTo(1100);
    }

    @Test
    void readsAPageThatWasPackedWithJbig2() throws IOException {
        BufferedImage scan = Files.page(640, 400, BufferedImage.TYPE_BYTE_BINARY, LONG);
        try (PDDocument pdf = new PDDocument()) {
            PDPage page = new PDPage(new PDRectangle(640, 400));
            pdf.addPage(page);
            byte[] packed;
            try (var in =
                    CCITTFactory.createFromImage(pdf, scan)
                            .getStream()
                            .getCOSObject()
                            .createRawInputStream()) {
                packed = in.readAllBytes();
            }
            COSStream stream = pdf.getDocument().createCOSStream();
            try (var out = stream.createRawOutputStream()) {
                out.write(jbig2(640, 400, packed));
            }
            stream.setItem(COSName.TYPE, COSName.XOBJECT);
            stream.setItem(COSName.SUBTYPE, COSName.IMAGE);
            stream.setInt(COSName.WIDTH, 640);
            stream.setInt(COSName.HEIGHT, 400);
            stream.setInt(COSName.BITS_PER_COMPONENT, 1);
            stream.setItem(COSName.COLORSPACE, COSName.DEVICEGRAY);
            stream.setItem(COSName.FILTER, COSName.JBIG2_DECODE);
            try (var content = new PDPageContentStream(pdf, page)) {
                content.drawImage(new PDImageXObject(new PDStream(stream), null), 0, 0, 640, 400);
            }
            SourcePage read = read(saved(pdf), true);
            assertThat(read.colour()).isEqualTo(ColourMode.MONOCHROME);
            byte[] pixels = read.image().orElseThrow().data();
            for (int y = 0; y < 400; y++) {
                for (int x = 0; x < 640; x++) {
                    int there = scan.getRaster().getSample(x, y, 0) * 255;
                    assertThat(pixels[y * 640 + x] & 0xff).isEqualTo(there);
                }
            }
        }
    }

    /** Page information and one generic region, coded as fax (ITU-T T.88, 7.4.8 and 7.4.6). */
    private static byte[] jbig2(int width, int height, byte[] fax) {
        ByteBuffer file = ByteBuffer.allocate(11 + 19 + 11 + 18 + fax.length);
        file.putInt(0).put((byte) 48).put((byte) 0).put((byte) 1).putInt(19);
        file.putInt(width).putInt(height).putInt(0).putInt(0).put((byte) 0).putShort((short) 0);
        file.putInt(1).put((byte) 38).put((byte) 0).put((byte) 1).putInt(18 + fax.length);
        file.putInt(width).putInt(height).putInt(0).putInt(0).put((byte) 0).put((byte) 1);
        return file.put(fax).array();
    }

    @Test
    void believesAClaimToBePdfA() throws IOException {
        try (PDDocument pdf = new PDDocument()) {
            pdf.addPage(new PDPage());
            PDMetadata metadata = new PDMetadata(pdf);
            metadata.importXMPMetadata(
                    "<x><rdf pdfaid:part=\"2\" pdfaid:conformance=\"B\"/></x>"
                            .getBytes(StandardCharsets.UTF_8));
            pdf.getDocumentCatalog().setMetadata(metadata);
            try (PageReader reader = open(saved(pdf), true)) {
                assertThat(reader.facts().profile()).isEqualTo(Optional.of("PDF/A-2B"));
            }
        }
    }

    private byte[] textPage(RenderingMode mode) throws IOException {
        try (PDDocument pdf = new PDDocument()) {
            PDPage page = new PDPage(PDRectangle.A4);
            pdf.addPage(page);
            try (var content = new PDPageContentStream(pdf, page)) {
                content.beginText();
                content.setRenderingMode(mode);
                content.setFont(new PDType1Font(FontName.HELVETICA), 12);
                content.newLineAtOffset(72, PDRectangle.A4.getHeight() - 100);
                content.showText(LONG);
                content.endText();
            }
            return saved(pdf);
        }
    }

    private byte[] scannedPage(int rotation) throws IOException {
        BufferedImage scan = Files.page(850, 1100, BufferedImage.TYPE_3BYTE_BGR, LONG);
        try (PDDocument pdf = new PDDocument()) {
            PDPage page = new PDPage(PDRectangle.LETTER);
            page.setRotation(rotation);
            pdf.addPage(page);
            try (var content = new PDPageContentStream(pdf, page)) {
                content.drawImage(JPEGFactory.createFromImage(pdf, scan), 0, 0, 612, 792);
            }
            return saved(pdf);
        }
    }

    private SourcePage read(byte[] pdf, boolean textLayer) {
        try (PageReader reader = open(pdf, textLayer)) {
            return reader.read(0);
        }
    }

    private PageReader open(byte[] pdf, boolean textLayer) {
        Limits limits = new Limits(9, Limits.DEFAULT_PIXELS, 20_000_000);
        return DocumentFile.open(Files.content(pdf), limits, textLayer, scratch);
    }

    private static byte[] saved(PDDocument pdf) throws IOException {
        var bytes = new ByteArrayOutputStream();
        pdf.save(bytes);
        return bytes.toByteArray();
    }
}
