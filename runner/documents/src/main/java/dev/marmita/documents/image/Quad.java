package dev.marmita.documents.image;

/**
 * A rectangle of any direction around a text: its corners in reading order, that is top left, top
 * right, bottom right and bottom left of the upright text.
 */
public record Quad(Point a, Point b, Point c, Point d) {

    /** An upright rectangle. */
    public static Quad of(double left, double top, double right, double bottom) {
        return new Quad(
                new Point(left, top),
                new Point(right, top),
                new Point(right, bottom),
                new Point(left, bottom));
    }

    /** Length along the text. */
    public double width() {
        return (a.distance(b) + d.distance(c)) / 2;
    }

    /** Height of the text line. */
    public double height() {
        return (a.distance(d) + b.distance(c)) / 2;
    }

    public double left() {
        return Math.min(Math.min(a.x(), b.x()), Math.min(c.x(), d.x()));
    }

    public double right() {
        return Math.max(Math.max(a.x(), b.x()), Math.max(c.x(), d.x()));
    }

    public double top() {
        return Math.min(Math.min(a.y(), b.y()), Math.min(c.y(), d.y()));
    }

    public double bottom() {
        return Math.max(Math.max(a.y(), b.y()), Math.max(c.y(), d.y()));
    }

    public Point centre() {
        return new Point((a.x() + b.x() + c.x() + d.x()) / 4, (a.y() + b.y() + c.y() + d.y()) / 4);
    }

    /**
     * The same rectangle, read after turning it clockwise by 90 degrees {@code quarters} times: what
     * was its left side becomes the top for one quarter.
     */
    public Quad read(int quarters) {
        return switch (Math.floorMod(quarters, 4)) {
            case 1 -> new Quad(d, a, b, c);
            case 2 -> new Quad(c, d, a, b);
            case 3 -> new Quad(b, c, d, a);
            default -> this;
        };
    }

    /** Where this rectangle lies once a page of that size is turned clockwise. */
    public Quad onTurnedPage(int quarters, double pageWidth, double pageHeight) {
        return new Quad(
                turn(a, quarters, pageWidth, pageHeight),
                turn(b, quarters, pageWidth, pageHeight),
                turn(c, quarters, pageWidth, pageHeight),
                turn(d, quarters, pageWidth, pageHeight));
    }

    /** The same elsewhere. */
    public Quad moved(double right, double down) {
        return new Quad(
                new Point(a.x() + right, a.y() + down),
                new Point(b.x() + right, b.y() + down),
                new Point(c.x() + right, c.y() + down),
                new Point(d.x() + right, d.y() + down));
    }

    /** All coordinates multiplied. */
    public Quad scaled(double factor) {
        return new Quad(
                new Point(a.x() * factor, a.y() * factor),
                new Point(b.x() * factor, b.y() * factor),
                new Point(c.x() * factor, c.y() * factor),
                new Point(d.x() * factor, d.y() * factor));
    }

    private static Point turn(Point p, int quarters, double width, double height) {
        return switch (Math.floorMod(quarters, 4)) {
            case 1 -> new Point(height - p.y(), p.x());
            case 2 -> new Point(width - p.x(), height - p.y());
            case 3 -> new Point(p.y(), width - p.x());
            default -> p;
        };
    }
}
