package dev.marmita.documents.source;

import dev.marmita.documents.image.Quad;
import dev.marmita.documents.ocr.TextLine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.graphics.state.RenderingMode;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;

/** The visible text layer of one page: lines with boxes, cut where a gap is wider than two letters are high. */
final class PdfText extends PDFTextStripper {

    private static final double GAP = 2.0;

    private final double scale;
    private final List<TextLine> lines = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private double left;
    private double top;
    private double right;
    private double bottom;

    private PdfText(double scale) {
        this.scale = scale;
        setSortByPosition(true);
    }

    /**
     * Reads a page.
     *
     * @param number from 1
     * @param scale reported pixels per point
     */
    static List<TextLine> of(PDDocument document, int number, double scale) throws IOException {
        PdfText stripper = new PdfText(scale);
        stripper.setStartPage(number);
        stripper.setEndPage(number);
        stripper.getText(document);
        stripper.endLine();
        return stripper.lines;
    }

    @Override
    protected void processTextPosition(TextPosition position) {
        if (getGraphicsState().getTextState().getRenderingMode() != RenderingMode.NEITHER) {
            super.processTextPosition(position);
        }
    }

    @Override
    protected void writeString(String word, List<TextPosition> positions) {
        if (word.isBlank() || positions.isEmpty()) {
            return;
        }
        TextPosition first = positions.getFirst();
        double height = positions.stream().mapToDouble(TextPosition::getHeightDir).max().orElse(0);
        double start = first.getXDirAdj();
        boolean apart = start - right > GAP * height || start < left - height;
        if (!text.isEmpty() && apart) {
            endLine();
        }
        if (text.isEmpty()) {
            left = Double.MAX_VALUE;
            top = Double.MAX_VALUE;
            right = 0;
            bottom = 0;
        } else {
            text.append(' ');
        }
        text.append(word.strip());
        for (TextPosition position : positions) {
            left = Math.min(left, position.getXDirAdj());
            right = Math.max(right, position.getXDirAdj() + position.getWidthDirAdj());
            top = Math.min(top, position.getYDirAdj() - position.getHeightDir());
            bottom = Math.max(bottom, position.getYDirAdj() + position.getHeightDir() * 0.25);
        }
    }

    @Override
    protected void writeLineSeparator() {
        endLine();
    }

    private void endLine() {
        if (!text.isEmpty()) {
            Quad box = Quad.of(left * scale, top * scale, right * scale, bottom * scale);
            lines.add(new TextLine(text.toString(), 1.0, box));
            text.setLength(0);
        }
    }
}
