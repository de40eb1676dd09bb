package dev.marmita.documents.ocr;

import dev.marmita.documents.image.Point;
import dev.marmita.documents.image.Quad;

/**
 * A rotated rectangle: centre, the unit vector along its more horizontal side, and its two sides.
 *
 * @param cos x of the unit vector; at least |sin|, so that the rectangle is tilted by 45° at most
 * @param sin y of the unit vector
 */
record Rectangle(double x, double y, double cos, double sin, double width, double height) {

    /**
     * The smallest rectangle around a region (rotating calipers over its convex hull).
     *
     * @param runs as {@link Regions} gives them
     */
    static Rectangle around(int[] runs) {
        double[] hull = hull(runs);
        int n = hull.length / 2;
        Rectangle best = null;
        double bestArea = Double.MAX_VALUE;
        for (int i = 0; i < n; i++) {
            int next = (i + 1) % n;
            double ex = hull[2 * next] - hull[2 * i];
            double ey = hull[2 * next + 1] - hull[2 * i + 1];
            double length = Math.hypot(ex, ey);
            if (length == 0) {
                continue;
            }
            Rectangle candidate = along(hull, ex / length, ey / length);
            double area = candidate.width * candidate.height;
            if (best == null || area < bestArea) {
                best = candidate;
                bestArea = area;
            }
        }
        return best == null ? along(hull, 1, 0) : best;
    }

    /** Each side moved outwards by that distance. */
    Rectangle grown(double distance) {
        return new Rectangle(x, y, cos, sin, width + 2 * distance, height + 2 * distance);
    }

    /** The corners, coordinates multiplied by the factors. */
    Quad quad(double factorX, double factorY) {
        return new Quad(
                corner(-1, -1, factorX, factorY),
                corner(1, -1, factorX, factorY),
                corner(1, 1, factorX, factorY),
                corner(-1, 1, factorX, factorY));
    }

    private Point corner(int along, int down, double factorX, double factorY) {
        double w = along * width / 2;
        double h = down * height / 2;
        return new Point((x + w * cos - h * sin) * factorX, (y + w * sin + h * cos) * factorY);
    }

    private static Rectangle along(double[] hull, double ex, double ey) {
        double minU = Double.MAX_VALUE;
        double maxU = -Double.MAX_VALUE;
        double minV = Double.MAX_VALUE;
        double maxV = -Double.MAX_VALUE;
        for (int i = 0; i < hull.length; i += 2) {
            double u = hull[i] * ex + hull[i + 1] * ey;
            double v = hull[i + 1] * ex - hull[i] * ey;
            minU = Math.min(minU, u);
            maxU = Math.max(maxU, u);
            minV = Math.min(minV, v);
            maxV = Math.max(maxV, v);
        }
        double u = (minU + maxU) / 2;
        double v = (minV + maxV) / 2;
        double cx = u * ex - v * ey;
        double cy = u * ey + v * ex;
        double w = maxU - minU;
        double h = maxV - minV;
        if (Math.abs(ex) >= Math.abs(ey)) {
            return ex >= 0
                    ? new Rectangle(cx, cy, ex, ey, w, h)
                    : new Rectangle(cx, cy, -ex, -ey, w, h);
        }
        // The edge is the steeper side: the more horizontal one is at a right angle to it.
        return ey >= 0
                ? new Rectangle(cx, cy, ey, -ex, h, w)
                : new Rectangle(cx, cy, -ey, ex, h, w);
    }

    /** Convex hull (Andrew's monotone chain; the runs come sorted by y, then x). */
    private static double[] hull(int[] runs) {
        int n = runs.length / 3 * 2;
        double[] px = new double[n];
        double[] py = new double[n];
        for (int i = 0, k = 0; i < runs.length; i += 3) {
            px[k] = runs[i + 1];
            py[k++] = runs[i];
            px[k] = runs[i + 2];
            py[k++] = runs[i];
        }
        int[] chain = new int[2 * n + 1];
        int size = 0;
        for (int i = 0; i < n; i++) {
            while (size >= 2 && turn(px, py, chain[size - 2], chain[size - 1], i) <= 0) {
                size--;
            }
            chain[size++] = i;
        }
        int lower = size + 1;
        for (int i = n - 2; i >= 0; i--) {
            while (size >= lower && turn(px, py, chain[size - 2], chain[size - 1], i) <= 0) {
                size--;
            }
            chain[size++] = i;
        }
        int points = Math.max(1, size - 1);
        double[] hull = new double[2 * points];
        for (int i = 0; i < points; i++) {
            hull[2 * i] = px[chain[i]];
            hull[2 * i + 1] = py[chain[i]];
        }
        return hull;
    }

    private static double turn(double[] px, double[] py, int a, int b, int c) {
        // The points are sorted by y first, so the roles of x and y are exchanged.
        return (py[b] - py[a]) * (px[c] - px[a]) - (px[b] - px[a]) * (py[c] - py[a]);
    }
}
