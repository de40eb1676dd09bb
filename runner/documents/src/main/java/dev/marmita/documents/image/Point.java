package dev.marmita.documents.image;

/** A point in pixels of a page; x to the right, y downwards. */
public record Point(double x, double y) {

    double distance(Point other) {
        return Math.hypot(x - other.x, y - other.y);
    }
}
