package dev.marmita.documents.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.pdfbox.cos.COSArray;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSDocument;
import org.apache.pdfbox.cos.COSName;
import org.apache.pdfbox.cos.COSObject;
import org.apache.pdfbox.cos.COSObjectKey;
import org.apache.pdfbox.cos.COSStream;

/**
 * Looks at every stream of a PDF file before anything of it is unpacked: pictures by their stated size,
 * other streams by what they really unpack to, for PDFBox unpacks into memory.
 */
final class PdfInspection {

    /** Deflate packs at most 1,032 to 1, so streams far smaller than the limit need no look. */
    private static final long MAX_RATIO = 1032;

    private PdfInspection() {}

    static void check(COSDocument document, Limits limits) throws IOException {
        for (COSObjectKey key : List.copyOf(document.getXrefTable().keySet())) {
            COSObject object = document.getObjectFromPool(key);
            COSBase value = object.getObject();
            if (value instanceof COSStream stream) {
                check(stream, limits);
            }
        }
    }

    private static void check(COSStream stream, Limits limits) throws IOException {
        List<String> filters = filters(stream);
        if (COSName.IMAGE.equals(stream.getCOSName(COSName.SUBTYPE))) {
            Damage.checkSize(
                    "a picture in the PDF file",
                    Math.max(0, stream.getInt(COSName.WIDTH, COSName.W, 0)),
                    Math.max(0, stream.getInt(COSName.HEIGHT, COSName.H, 0)),
                    limits);
            if (filters.contains("JPXDecode")) {
                throw Damage.refuse("the PDF file holds JPEG 2000 pictures, which are not read");
            }
        }
        long packers = filters.stream().filter(PdfInspection::packs).count();
        if (packers > 1) {
            throw Damage.refuse("the PDF file packs a stream twice");
        }
        long most = 3 * limits.maxPixels();
        if (packers == 1 && stream.getLength() > most / MAX_RATIO) {
            checkUnpacked(stream, filters.getFirst(), most);
        }
    }

    private static boolean packs(String filter) {
        return filter.equals("FlateDecode")
                || filter.equals("Fl")
                || filter.equals("LZWDecode")
                || filter.equals("LZW");
    }

    private static List<String> filters(COSStream stream) {
        COSBase filters = stream.getFilters();
        if (filters instanceof COSName name) {
            return List.of(name.getName());
        }
        if (filters instanceof COSArray array) {
            return array.toList().stream()
                    .filter(COSName.class::isInstance)
                    .map(name -> ((COSName) name).getName())
                    .toList();
        }
        return List.of();
    }

    private static void checkUnpacked(COSStream stream, String filter, long most)
            throws IOException {
        if (!filter.equals("FlateDecode") && !filter.equals("Fl")) {
            // Nothing counts these without unpacking; no honest file of today needs large ones.
            throw Damage.refuse("the PDF file holds a large stream packed with " + filter);
        }
        byte[] in = new byte[1 << 16];
        byte[] out = new byte[1 << 16];
        long total = 0;
        try (InputStream raw = stream.createRawInputStream();
                Inflater inflater = new Inflater()) {
            while (!inflater.finished()) {
                if (inflater.needsInput()) {
                    int count = raw.read(in);
                    if (count < 0) {
                        return;
                    }
                    inflater.setInput(in, 0, count);
                }
                total += inflater.inflate(out);
                if (total > most) {
                    throw Damage.refuse(
                            "the PDF file holds a stream that unpacks to more than "
                                    + (most >> 20)
                                    + " MiB");
                }
            }
        } catch (DataFormatException e) {
            // PDFBox reads damaged streams as far as they go, which is no further than we came.
            return;
        }
    }
}
