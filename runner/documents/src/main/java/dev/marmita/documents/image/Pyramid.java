package dev.marmita.documents.image;

import java.util.ArrayList;
import java.util.List;

/**
 * An image and its halves. Sampling from the level that is at most twice as large as what is wanted
 * costs little and does not alias, as bilinear sampling straight from a large scan does.
 *
 * <p>Thread-safe: all levels are made by the constructor.
 */
public final class Pyramid {

    private static final int SMALLEST_SIDE = 64;
    private static final int MAX_LEVELS = 6;

    private final List<PixelImage> levels;

    public Pyramid(PixelImage image) {
        List<PixelImage> made = new ArrayList<>();
        made.add(image);
        PixelImage last = image;
        while (made.size() < MAX_LEVELS && Math.min(last.width(), last.height()) > SMALLEST_SIDE) {
            last = last.halved();
            made.add(last);
        }
        levels = List.copyOf(made);
    }

    /** The full image. */
    public PixelImage image() {
        return levels.getFirst();
    }

    /**
     * The level for sampling with {@code step} pixels of the full image between two samples: 0 is the
     * full image, each next one half as large.
     */
    int levelFor(double step) {
        int level = 0;
        while (level + 1 < levels.size() && step / (1 << (level + 1)) >= 1.0) {
            level++;
        }
        return level;
    }

    PixelImage level(int index) {
        return levels.get(index);
    }
}
