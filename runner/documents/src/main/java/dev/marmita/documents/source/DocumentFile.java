package dev.marmita.documents.source;

import dev.marmita.service.Content;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/** Opens documents by what they are, not by what they are called. */
public final class DocumentFile {

    private static final int SMALLEST = 16;

    /** PDF readers accept the header anywhere in the first kilobyte. */
    private static final int PDF_HEADER_WITHIN = 1024;

    private DocumentFile() {}

    /**
     * Opens a document: its structure is read, its pages are not decoded yet.
     *
     * @param textLayer take the text of born-digital PDF pages instead of drawing them
     * @param scratch for temporary files
     * @throws dev.marmita.service.BadInputException where it is of another format, broken or too large
     */
    public static PageReader open(Content content, Limits limits, boolean textLayer, Path scratch) {
        ByteBuffer bytes = content.bytes().order(ByteOrder.BIG_ENDIAN);
        if (bytes.limit() == 0) {
            throw Damage.refuse("the document is empty");
        }
        if (bytes.limit() < SMALLEST) {
            throw Damage.refuse("a file of " + bytes.limit() + " bytes is no document");
        }
        int magic = bytes.getInt(0);
        if (magic == 0x89504e47) {
            return new PngReader(bytes, limits);
        }
        if (magic >>> 8 == 0xffd8ff) {
            return new JpegReader(bytes, limits);
        }
        if (magic == 0x49492a00 || magic == 0x4d4d002a) {
            return new TiffReader(bytes, limits);
        }
        if (isPdf(bytes)) {
            return PdfReader.open(bytes, limits, textLayer, scratch);
        }
        throw Damage.refuse(
                "this is " + name(bytes, magic) + "; PNG, JPEG, TIFF and PDF documents are read");
    }

    private static boolean isPdf(ByteBuffer bytes) {
        int last = Math.min(PDF_HEADER_WITHIN, bytes.limit()) - 4;
        for (int i = 0; i <= last; i++) {
            if (bytes.getInt(i) == 0x25504446) {
                return true;
            }
        }
        return false;
    }

    private static String name(ByteBuffer bytes, int magic) {
        if (magic == 0x47494638) {
            return "a GIF image";
        }
        if (magic >>> 16 == 0x424d) {
            return "a BMP image";
        }
        if (magic == 0x52494646 && bytes.getInt(8) == 0x57454250) {
            return "a WebP image";
        }
        if (magic == 0x49492b00 || magic == 0x4d4d002b) {
            return "a BigTIFF file";
        }
        if (magic == 0x504b0304) {
            return "a ZIP archive or office document";
        }
        if (bytes.getInt(4) == 0x66747970) {
            return "a HEIF image or a video";
        }
        return "not a known document format";
    }
}
