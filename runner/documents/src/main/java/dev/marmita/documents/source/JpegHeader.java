package dev.marmita.documents.source;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The marker segments of a JPEG file (ITU-T T.81) up to the first scan, and how many scans follow.
 *
 * @param components 1 grey, 3 colour, 4 CMYK or YCCK
 * @param adobeTransform of the Adobe marker; -1 where there is none
 */
record JpegHeader(
        int width,
        int height,
        int precision,
        int components,
        boolean progressive,
        boolean lossless,
        int scans,
        int adobeTransform,
        Optional<Integer> density,
        Optional<TiffDirectory> exif) {

    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final byte[] EXIF = "Exif\0\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] JFIF = "JFIF\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] ADOBE = "Adobe".getBytes(StandardCharsets.ISO_8859_1);

    /**
     * @throws IndexOutOfBoundsException where the file ends too early
     */
    static JpegHeader parse(ByteBuffer bytes) {
        var walk = new Walk(bytes);
        walk.run();
        return walk.header();
    }

    private static final class Walk {

        private final ByteBuffer bytes;
        private int frame = -1;
        private int frameMarker;
        private int adobe = -1;
        private int scans;
        private Optional<Integer> density = Optional.empty();
        private Optional<TiffDirectory> exif = Optional.empty();

        Walk(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        void run() {
            int at = 0;
            while (at + 1 < bytes.limit()) {
                if ((bytes.get(at) & 0xff) != 0xff) {
                    at++;
                    continue;
                }
                int marker = bytes.get(at + 1) & 0xff;
                boolean alone = marker == 0 || marker == SOI || marker >= 0xd0 && marker <= 0xd7;
                if (marker == 0xff) {
                    at++;
                } else if (marker == EOI) {
                    return;
                } else if (alone) {
                    at += 2;
                } else {
                    int length = bytes.getShort(at + 2) & 0xffff;
                    segment(marker, at + 4, length - 2);
                    at += 2 + length;
                }
            }
        }

        private void segment(int marker, int body, int length) {
            boolean startOfFrame =
                    marker >= 0xc0
                            && marker <= 0xcf
                            && marker != 0xc4
                            && marker != 0xc8
                            && marker != 0xcc;
            if (marker == SOS) {
                scans++;
            } else if (startOfFrame && frame < 0) {
                frame = body;
                frameMarker = marker;
            } else if (marker == 0xee && length >= 12 && begins(body, ADOBE)) {
                adobe = bytes.get(body + 11) & 0xff;
            } else if (marker == 0xe0 && length >= 14 && begins(body, JFIF)) {
                int unit = bytes.get(body + 7);
                double value = bytes.getShort(body + 8) & 0xffff;
                density =
                        unit == 1 || unit == 2
                                ? Dpi.of(value * (unit == 2 ? 2.54 : 1))
                                : Optional.empty();
            } else if (marker == 0xe1 && length > 14 && begins(body, EXIF)) {
                exif = TiffDirectory.ofExif(bytes.slice(body + 6, length - 6));
            }
        }

        private boolean begins(int at, byte[] text) {
            for (int i = 0; i < text.length; i++) {
                if (bytes.get(at + i) != text[i]) {
                    return false;
                }
            }
            return true;
        }

        JpegHeader header() {
            if (frame < 0 || scans == 0) {
                throw Damage.refuse("the JPEG image is cut off: it holds no picture");
            }
            boolean lossless =
                    frameMarker == 0xc3
                            || frameMarker == 0xc7
                            || frameMarker == 0xcb
                            || frameMarker == 0xcf;
            boolean progressive = frameMarker == 0xc2 || frameMarker == 0xc6 || frameMarker == 0xca;
            return new JpegHeader(
                    bytes.getShort(frame + 3) & 0xffff,
                    bytes.getShort(frame + 1) & 0xffff,
                    bytes.get(frame),
                    bytes.get(frame + 5),
                    progressive,
                    lossless,
                    scans,
                    adobe,
                    density,
                    exif);
        }
    }
}
