package dev.marmita.documents.ocr;

import dev.marmita.documents.image.Point;
import dev.marmita.documents.image.Quad;
import java.util.ArrayList;
import java.util.List;

/**
 * Post-processing of a DB text detector ("Real-time scene text detection with differentiable
 * binarization", Liao et al. 2020): regions above a threshold, the smallest rectangle around each,
 * its mean probability as score, and the growth that undoes the shrinking of the training labels.
 */
final class BoxFinder {

    private static final double MIN_SIDE = 2;

    private final float threshold;
    private final double minScore;
    private final double unclip;

    BoxFinder(float threshold, double minScore, double unclip) {
        this.threshold = threshold;
        this.minScore = minScore;
        this.unclip = unclip;
    }

    /**
     * Boxes in pixels of the page.
     *
     * @param scaleX page pixels per map pixel, across
     * @param scaleY the same, down
     */
    List<Quad> find(float[] map, int width, int height, double scaleX, double scaleY) {
        List<Quad> boxes = new ArrayList<>();
        for (int[] runs : Regions.find(map, width, height, threshold)) {
            Rectangle rectangle = Rectangle.around(runs);
            if (Math.min(rectangle.width(), rectangle.height()) < MIN_SIDE) {
                continue;
            }
            if (score(map, width, height, rectangle.quad(1, 1)) < minScore) {
                continue;
            }
            // Run ends are pixel centres: half a pixel on each side belongs to the region too.
            double w = rectangle.width() + 1;
            double h = rectangle.height() + 1;
            double distance = w * h * unclip / (2 * (w + h)) + 0.5;
            Rectangle grown = rectangle.grown(distance);
            Rectangle centred =
                    new Rectangle(
                            grown.x() + 0.5,
                            grown.y() + 0.5,
                            grown.cos(),
                            grown.sin(),
                            grown.width(),
                            grown.height());
            boxes.add(centred.quad(scaleX, scaleY));
        }
        return boxes;
    }

    /** Mean of the map inside the rectangle. */
    private static double score(float[] map, int width, int height, Quad quad) {
        int top = Math.max(0, (int) Math.ceil(quad.top()));
        int bottom = Math.min(height - 1, (int) Math.floor(quad.bottom()));
        Point[] corners = {quad.a(), quad.b(), quad.c(), quad.d()};
        double sum = 0;
        int count = 0;
        for (int y = top; y <= bottom; y++) {
            double from = Double.MAX_VALUE;
            double to = -Double.MAX_VALUE;
            for (int i = 0; i < 4; i++) {
                Point p = corners[i];
                Point q = corners[(i + 1) % 4];
                if (Math.min(p.y(), q.y()) > y || Math.max(p.y(), q.y()) < y) {
                    continue;
                }
                double span = q.y() - p.y();
                double one = span == 0 ? p.x() : p.x() + (q.x() - p.x()) * (y - p.y()) / span;
                double other = span == 0 ? q.x() : one;
                from = Math.min(from, Math.min(one, other));
                to = Math.max(to, Math.max(one, other));
            }
            int first = Math.max(0, (int) Math.round(from));
            int last = Math.min(width - 1, (int) Math.round(to));
            for (int x = first; x <= last; x++) {
                sum += map[y * width + x];
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }
}
