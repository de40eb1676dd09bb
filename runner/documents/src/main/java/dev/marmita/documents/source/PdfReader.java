package dev.marmita.documents.source;

import dev.marmita.documents.image.PixelImage;
import dev.marmita.documents.ocr.TextLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.imageio.spi.IIORegistry;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.jbig2.JBIG2ImageReaderSpi;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;
import org.apache.pdfbox.pdmodel.graphics.image.PDImageXObject;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.jspecify.annotations.Nullable;

/**
 * PDF by PDFBox: a scanned page is read from its own picture, a written one from its text layer, and
 * what is both is drawn at 300 dpi.
 */
final class PdfReader implements PageReader {

    private static final String WHAT = "the PDF file";
    private static final int DPI = 300;
    private static final double POINTS = 72;

    /** Fewer letters than this are page numbers or stamps beside a picture. */
    private static final int SOME_TEXT = 20;

    private static final double SOME_PICTURE = 0.3;

    private final PDDocument document;
    private final Limits limits;
    private final boolean textLayer;
    private @Nullable Surveyed surveyed;

    private PdfReader(PDDocument document, Limits limits, boolean textLayer) {
        this.document = document;
        this.limits = limits;
        this.textLayer = textLayer;
    }

    static PageReader open(ByteBuffer bytes, Limits limits, boolean textLayer, Path scratch) {
        if (System.getProperty("pdfbox.fontcache") == null) {
            System.setProperty("pdfbox.fontcache", scratch.toString());
        }
        registerJbig2();
        PDDocument document =
                Damage.guard(
                        WHAT,
                        () -> {
                            try {
                                return Loader.loadPDF(
                                        new RandomAccessReadBuffer(bytes.slice()),
                                        "",
                                        null,
                                        null,
                                        IOUtils.createMemoryOnlyStreamCache());
                            } catch (InvalidPasswordException e) {
                                throw Damage.refuse(
                                        "the PDF file is encrypted; send it without a password");
                            }
                        });
        return new PdfReader(document, limits, textLayer);
    }

    /** By hand: Image I/O looks for plug-ins on the class path, where those of a bundle are not. */
    private static synchronized void registerJbig2() {
        IIORegistry registry = IIORegistry.getDefaultInstance();
        if (registry.getServiceProviderByClass(JBIG2ImageReaderSpi.class) == null) {
            registry.registerServiceProvider(new JBIG2ImageReaderSpi());
        }
    }

    @Override
    public FileFacts facts() {
        return Damage.guard(WHAT, () -> PdfFacts.of(document));
    }

    @Override
    public int pageCount() {
        int count = Damage.guard(WHAT, document::getNumberOfPages);
        if (count < 1) {
            throw Damage.refuse(WHAT + " has no pages");
        }
        return count;
    }

    @Override
    public void check() {
        Damage.guard(
                WHAT,
                () -> {
                    PdfInspection.check(document.getDocument(), limits);
                    return document;
                });
    }

    @Override
    public long pixels(int index) {
        return guarded(
                index,
                () -> {
                    PdfSurvey survey = survey(index);
                    return survey.pixels() + (survey.scan().isPresent() ? 0 : drawnPixels(index));
                });
    }

    private long drawnPixels(int index) {
        PDPage page = document.getPage(index);
        double inches = width(page) * height(page) / (POINTS * POINTS);
        return (long) Math.min(inches * DPI * DPI, limits.workPixels());
    }

    /** The survey of the page that was asked for last is kept: its size is asked for before it is read. */
    private PdfSurvey survey(int index) throws IOException {
        Surveyed last = surveyed;
        if (last == null || last.index != index) {
            last = new Surveyed(index, PdfSurvey.of(document.getPage(index)));
            surveyed = last;
        }
        return last.survey;
    }

    private static <T> T guarded(int index, Damage.Decoding<T> decoding) {
        return Damage.guard("page " + (index + 1) + " of " + WHAT, decoding);
    }

    @Override
    public SourcePage read(int index) {
        return guarded(
                index,
                () -> {
                    PDPage page = document.getPage(index);
                    PdfSurvey survey = survey(index);
                    Optional<PDImageXObject> scan = survey.scan();
                    if (scan.isPresent()) {
                        return scanned(page, scan.get(), survey);
                    }
                    List<TextLine> text = textLayer(index, survey);
                    return text.isEmpty()
                            ? drawn(index, page, survey)
                            : written(page, survey, text);
                });
    }

    @Override
    public void close() {
        IOUtils.closeQuietly(document);
    }

    private SourcePage scanned(PDPage page, PDImageXObject scan, PdfSurvey survey)
            throws IOException {
        int factor = limits.subsampling(scan.getWidth(), scan.getHeight());
        PixelImage image = picture(scan, factor).turned(page.getRotation() / 90);
        boolean sideways = page.getRotation() % 180 != 0;
        return new SourcePage(
                sideways ? scan.getHeight() : scan.getWidth(),
                sideways ? scan.getWidth() : scan.getHeight(),
                survey.pictureDpi(),
                survey.pictureDpi(),
                survey.colour(),
                survey.compression(),
                factor,
                Optional.of(image),
                List.of());
    }

    /** A JPEG picture is decoded as a JPEG file is: without PDFBox's colour conversion. */
    private PixelImage picture(PDImageXObject scan, int factor) throws IOException {
        List<COSName> filters = scan.getStream().getFilters();
        boolean jpeg =
                filters.size() == 1
                        && filters.getFirst().equals(COSName.DCT_DECODE)
                        && scan.getDecode() == null
                        && scan.getColorSpace().getNumberOfComponents() != 4
                        && scan.getSoftMask() == null
                        && scan.getMask() == null;
        if (jpeg) {
            try (InputStream in = scan.getStream().getCOSObject().createRawInputStream()) {
                return new JpegReader(ByteBuffer.wrap(in.readAllBytes()), limits).picture();
            }
        }
        return Bitmaps.pixels(scan.getImage(null, factor));
    }

    private List<TextLine> textLayer(int index, PdfSurvey survey) throws IOException {
        if (!textLayer || survey.visibleGlyphs() < SOME_TEXT || survey.pictured() > SOME_PICTURE) {
            return List.of();
        }
        List<TextLine> lines = PdfText.of(document, index + 1, DPI / POINTS);
        return readable(lines) ? lines : List.of();
    }

    /** Fonts without a mapping to Unicode give replacement and private characters. */
    private static boolean readable(List<TextLine> lines) {
        long all = 0;
        long odd = 0;
        for (TextLine line : lines) {
            all += line.text().codePoints().count();
            odd +=
                    line.text()
                            .codePoints()
                            .filter(
                                    c ->
                                            c == 0xfffd
                                                    || Character.isISOControl(c)
                                                    || Character.getType(c)
                                                            == Character.PRIVATE_USE)
                            .count();
        }
        return all >= SOME_TEXT && odd * 20 < all;
    }

    private SourcePage written(PDPage page, PdfSurvey survey, List<TextLine> text) {
        return new SourcePage(
                (int) Math.ceil(width(page) * DPI / POINTS),
                (int) Math.ceil(height(page) * DPI / POINTS),
                Optional.of(DPI),
                survey.pictureDpi(),
                survey.colour(),
                survey.compression(),
                1,
                Optional.empty(),
                text);
    }

    private SourcePage drawn(int index, PDPage page, PdfSurvey survey) throws IOException {
        double inches = width(page) * height(page) / (POINTS * POINTS);
        if (!(inches > 0)) {
            throw Damage.refuse("page " + (index + 1) + " of " + WHAT + " has no size");
        }
        double fitting = Math.sqrt(limits.workPixels() / inches);
        double dpi = Math.min(DPI, fitting);
        PDFRenderer renderer = new PDFRenderer(document);
        renderer.setSubsamplingAllowed(true);
        PixelImage image =
                Bitmaps.pixels(renderer.renderImage(index, (float) (dpi / POINTS), ImageType.RGB));
        return new SourcePage(
                image.width(),
                image.height(),
                Optional.of((int) Math.round(dpi)),
                survey.pictureDpi(),
                survey.colour(),
                survey.compression(),
                1,
                Optional.of(image),
                List.of());
    }

    private static double width(PDPage page) {
        PDRectangle box = page.getCropBox();
        return page.getRotation() % 180 == 0 ? box.getWidth() : box.getHeight();
    }

    private static double height(PDPage page) {
        PDRectangle box = page.getCropBox();
        return page.getRotation() % 180 == 0 ? box.getHeight() : box.getWidth();
    }

    private record Surveyed(int index, PdfSurvey survey) {}
}
