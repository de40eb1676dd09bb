package dev.marmita.documents.samples;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;
import org.apache.pdfbox.pdmodel.graphics.image.CCITTFactory;

/**
 * Makes the documents of {@code runner/documents/samples} and the text that stands in them. Needs a
 * machine with fonts (Debian: fonts-dejavu); the results are committed, so building does not.
 */
public final class SampleDocuments {

    private final Path documents;
    private final Path texts;

    private SampleDocuments(Path documents, Path texts) {
        this.documents = documents;
        this.texts = texts;
    }

    /**
     * @param arguments folder for the documents, folder for their texts
     */
    public static void main(String[] arguments) throws IOException {
        var samples = new SampleDocuments(Path.of(arguments[0]), Path.of(arguments[1]));
        Files.createDirectories(samples.documents);
        Files.createDirectories(samples.texts);
        samples.oficio();
        samples.relatorio();
        samples.contrato();
        samples.photo("cupom", SampleTexts.cupom(), 2.2, 7);
        samples.photo("recibo", SampleTexts.recibo(), -1.5, 8);
        samples.formulario();
    }

    private void oficio() throws IOException {
        Sheet sheet = SampleTexts.oficio();
        BufferedImage scan = Scanner.bilevel(Scanner.skewed(sheet.image(), 0.4, Color.WHITE), 1);
        try (PDDocument pdf = new PDDocument()) {
            PDPage page = new PDPage(PDRectangle.A4);
            pdf.addPage(page);
            var image = CCITTFactory.createFromImage(pdf, scan);
            try (var content = new PDPageContentStream(pdf, page)) {
                content.drawImage(
                        image, 0, 0, PDRectangle.A4.getWidth(), PDRectangle.A4.getHeight());
            }
            save(pdf, "oficio.pdf");
        }
        text("oficio", sheet.lines());
    }

    private void relatorio() throws IOException {
        List<String> lines = SampleTexts.relatorio();
        try (PDDocument pdf = new PDDocument()) {
            PDPage page = new PDPage(PDRectangle.A4);
            pdf.addPage(page);
            pdf.getDocumentInformation().setTitle(lines.getFirst());
            try (var content = new PDPageContentStream(pdf, page)) {
                for (int i = 0; i < lines.size(); i++) {
                    var font = i == 0 ? FontName.HELVETICA_BOLD : FontName.HELVETICA;
                    content.beginText();
                    content.setFont(new PDType1Font(font), i == 0 ? 16 : 11);
                    content.newLineAtOffset(60, 760 - 26 * i);
                    content.showText(lines.get(i));
                    content.endText();
                }
            }
            save(pdf, "relatorio.pdf");
        }
        text("relatorio", lines);
    }

    private void contrato() throws IOException {
        List<Sheet> sheets = SampleTexts.contrato();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionType("CCITT T.6");
        List<String> lines = new ArrayList<>();
        Path file = documents.resolve("contrato.tiff");
        Files.deleteIfExists(file);
        try (var out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.prepareWriteSequence(null);
            int seed = 2;
            for (Sheet sheet : sheets) {
                BufferedImage scan =
                        Scanner.bilevel(Scanner.skewed(sheet.image(), -0.3, Color.WHITE), seed++);
                IIOMetadata metadata =
                        writer.getDefaultImageMetadata(new ImageTypeSpecifier(scan), parameters);
                resolution(metadata, 300);
                writer.writeToSequence(new IIOImage(scan, null, metadata), parameters);
                lines.addAll(sheet.lines());
            }
            writer.endWriteSequence();
        }
        text("contrato", lines);
    }

    private void photo(String name, Sheet sheet, double degrees, long seed) throws IOException {
        BufferedImage skewed = Scanner.skewed(sheet.image(), degrees, new Color(120, 120, 120));
        BufferedImage photo = Scanner.photographed(skewed, seed);
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(0.75f);
        var bytes = new ByteArrayOutputStream();
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(photo, null, null), parameters);
        }
        Files.write(documents.resolve(name + ".jpg"), bytes.toByteArray());
        text(name, sheet.lines());
    }

    private void formulario() throws IOException {
        Sheet sheet = SampleTexts.formulario();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        IIOMetadata metadata =
                writer.getDefaultImageMetadata(new ImageTypeSpecifier(sheet.image()), null);
        resolution(metadata, 200);
        Path file = documents.resolve("formulario.png");
        Files.deleteIfExists(file);
        try (var out = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(sheet.image(), null, metadata), null);
        }
        text("formulario", sheet.lines());
    }

    /** By the plug-in neutral format: millimetres per pixel. */
    private static void resolution(IIOMetadata metadata, int dpi) throws IOException {
        String format = "javax_imageio_1.0";
        var root = new IIOMetadataNode(format);
        var dimension = new IIOMetadataNode("Dimension");
        root.appendChild(dimension);
        for (String axis : List.of("HorizontalPixelSize", "VerticalPixelSize")) {
            var node = new IIOMetadataNode(axis);
            node.setAttribute("value", Double.toString(25.4 / dpi));
            dimension.appendChild(node);
        }
        metadata.mergeTree(format, root);
    }

    private void save(PDDocument pdf, String name) throws IOException {
        pdf.setDocumentId(1L);
        pdf.save(documents.resolve(name).toFile());
    }

    private void text(String name, List<String> lines) throws IOException {
        Files.writeString(texts.resolve(name + ".txt"), String.join("\n", lines) + "\n");
    }
}
