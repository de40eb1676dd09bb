package dev.marmita.cli.evaluate;

import java.util.List;
import java.util.Optional;

/**
 * A line of text on a page.
 *
 * @param box its extent, where it is known
 */
record Line(String text, Optional<Extent> box) {

    /** The upright rectangle around a box's corners. */
    record Extent(double left, double top, double right, double bottom) {

        /** @param corners as x, y */
        static Extent around(List<double[]> corners) {
            double left = Double.POSITIVE_INFINITY;
            double top = Double.POSITIVE_INFINITY;
            double right = Double.NEGATIVE_INFINITY;
            double bottom = Double.NEGATIVE_INFINITY;
            for (double[] corner : corners) {
                left = Math.min(left, corner[0]);
                right = Math.max(right, corner[0]);
                top = Math.min(top, corner[1]);
                bottom = Math.max(bottom, corner[1]);
            }
            return new Extent(left, top, right, bottom);
        }

        double middle() {
            return (top + bottom) / 2;
        }
    }
}
