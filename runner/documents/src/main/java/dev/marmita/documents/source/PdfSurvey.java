package dev.marmita.documents.source;

import java.awt.geom.Point2D;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pdfbox.contentstream.PDFGraphicsStreamEngine;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.graphics.image.PDImage;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.apache.pdfbox.pdmodel.graphics.state.RenderingMode;
import org.apache.pdfbox.util.Matrix;
import org.apache.pdfbox.util.Vector;

/** Looks through a page's drawing without drawing it: is it a scan, a text, or both? */
final class PdfSurvey extends PDFGraphicsStreamEngine {

    /** Share of the page that a scan covers at least. */
    private static final double WHOLE_PAGE = 0.9;

    private static final double STRAIGHT = 0.01;

    /** Dense drawings have some hundred thousand; forms that draw forms can make any number. */
    private static final int MAX_OPERATORS = 3_000_000;

    private final PDRectangle box;
    private final List<Placed> images = new ArrayList<>();
    private int visibleGlyphs;
    private int paths;
    private int operators;

    private PdfSurvey(PDPage page) {
        super(page);
        box = page.getCropBox();
    }

    static PdfSurvey of(PDPage page) throws IOException {
        PdfSurvey survey = new PdfSurvey(page);
        survey.processPage(page);
        return survey;
    }

    /** The picture that is the whole page, upright, with nothing visible beside it. */
    Optional<PDImageXObject> scan() {
        if (images.size() != 1 || visibleGlyphs > 0 || paths > 0) {
            return Optional.empty();
        }
        Placed only = images.getFirst();
        boolean whole = only.area >= WHOLE_PAGE * box.getWidth() * box.getHeight();
        return whole && only.upright && only.image instanceof PDImageXObject image
                ? Optional.of(image)
                : Optional.empty();
    }

    /** Pixels of all pictures. */
    long pixels() {
        return images.stream()
                .map(Placed::image)
                .distinct()
                .mapToLong(image -> (long) image.getWidth() * image.getHeight())
                .sum();
    }

    int visibleGlyphs() {
        return visibleGlyphs;
    }

    /** Share of the page under pictures; above 1 where they overlap. */
    double pictured() {
        double area = images.stream().mapToDouble(Placed::area).sum();
        return area / (box.getWidth() * box.getHeight());
    }

    /** Pixels per inch of the largest picture. */
    Optional<Integer> pictureDpi() {
        return images.stream()
                .max((one, other) -> Double.compare(one.area, other.area))
                .flatMap(placed -> Dpi.of(placed.dpi));
    }

    /** Colours of the largest picture. */
    ColourMode colour() {
        return images.stream()
                .max((one, other) -> Double.compare(one.area, other.area))
                .map(placed -> colour(placed.image))
                .orElse(ColourMode.NONE);
    }

    Compression compression() {
        return images.stream()
                .max((one, other) -> Double.compare(one.area, other.area))
                .map(placed -> compression(placed.image))
                .orElse(Compression.lossless("sem imagem"));
    }

    static ColourMode colour(PDImage image) {
        try {
            if (image.isStencil() || image.getBitsPerComponent() == 1) {
                return ColourMode.MONOCHROME;
            }
            return switch (image.getColorSpace().getNumberOfComponents()) {
                case 1 ->
                        image.getColorSpace().getName().equals(COSName.INDEXED.getName())
                                ? ColourMode.RGB
                                : ColourMode.GREY;
                case 4 -> ColourMode.CMYK;
                default -> ColourMode.RGB;
            };
        } catch (IOException e) {
            return ColourMode.RGB;
        }
    }

    static Compression compression(PDImage image) {
        if (!(image instanceof PDImageXObject object)) {
            return Compression.unknown("imagem embutida");
        }
        var filters = object.getStream().getFilters();
        if (filters.isEmpty()) {
            return Compression.lossless("nenhuma");
        }
        COSName last = filters.getLast();
        return switch (last.getName()) {
            case "DCTDecode" -> Compression.lossy("JPEG");
            case "JPXDecode" -> Compression.unknown("JPEG 2000");
            case "JBIG2Decode" -> Compression.unknown("JBIG2");
            case "CCITTFaxDecode" -> Compression.lossless("CCITT");
            case "FlateDecode" -> Compression.lossless("Deflate");
            case "LZWDecode" -> Compression.lossless("LZW");
            case "RunLengthDecode" -> Compression.lossless("RunLength");
            default -> Compression.unknown(last.getName());
        };
    }

    @Override
    protected void processOperator(Operator operator, List<COSBase> operands) throws IOException {
        if (++operators > MAX_OPERATORS) {
            throw Damage.refuse("a page of the PDF file draws too much to be read");
        }
        super.processOperator(operator, operands);
    }

    @Override
    public void drawImage(PDImage image) {
        Matrix ctm = getGraphicsState().getCurrentTransformationMatrix();
        double a = ctm.getScaleX();
        double d = ctm.getScaleY();
        double across = Math.hypot(ctm.getScaleX(), ctm.getShearY());
        double down = Math.hypot(ctm.getShearX(), ctm.getScaleY());
        boolean upright =
                a > 0
                        && d > 0
                        && Math.abs(ctm.getShearX()) < STRAIGHT * down
                        && Math.abs(ctm.getShearY()) < STRAIGHT * across;
        double dpi = across == 0 ? 0 : image.getWidth() * 72.0 / across;
        images.add(new Placed(image, across * down, dpi, upright));
    }

    @Override
    protected void showGlyph(Matrix matrix, PDFont font, int code, Vector displacement) {
        if (getGraphicsState().getTextState().getRenderingMode() != RenderingMode.NEITHER) {
            visibleGlyphs++;
        }
    }

    @Override
    public void strokePath() {
        paths++;
    }

    @Override
    public void fillPath(int windingRule) {
        paths++;
    }

    @Override
    public void fillAndStrokePath(int windingRule) {
        paths++;
    }

    @Override
    public void shadingFill(COSName shading) {
        paths++;
    }

    @Override
    public void appendRectangle(Point2D p0, Point2D p1, Point2D p2, Point2D p3) {}

    @Override
    public void clip(int windingRule) {}

    @Override
    public void moveTo(float x, float y) {}

    @Override
    public void lineTo(float x, float y) {}

    @Override
    public void curveTo(float x1, float y1, float x2, float y2, float x3, float y3) {}

    @Override
    public Point2D getCurrentPoint() {
        return new Point2D.Float();
    }

    @Override
    public void closePath() {}

    @Override
    public void endPath() {}

    private record Placed(PDImage image, double area, double dpi, boolean upright) {}
}
