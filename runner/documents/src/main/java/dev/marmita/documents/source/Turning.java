package dev.marmita.documents.source;

import dev.marmita.documents.image.PixelImage;

/** The eight orientations of Exif and TIFF (tag 274). */
final class Turning {

    private Turning() {}

    /** The image as it is meant to be seen. */
    static PixelImage upright(PixelImage image, int orientation) {
        return switch (orientation) {
            case 2 -> image.mirrored();
            case 3 -> image.turned(2);
            case 4 -> image.mirrored().turned(2);
            case 5 -> image.turned(1).mirrored();
            case 6 -> image.turned(1);
            case 7 -> image.turned(3).mirrored();
            case 8 -> image.turned(3);
            default -> image;
        };
    }
}
