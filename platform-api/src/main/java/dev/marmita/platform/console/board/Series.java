package dev.marmita.platform.console.board;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last hour of one endpoint, one tenant, or all; bounded. Guarded by {@link History}. */
final class Series {

    static final int POINTS = 360;

    private final Deque<Point> points = new ArrayDeque<>();

    /**
     * One interval's figures.
     *
     * @param at its end, in seconds since the epoch
     * @param requests per second
     * @param errors per second, 5xx
     * @param p50 milliseconds; NaN where nothing was asked
     */
    public record Point(
            long at,
            double requests,
            double errors,
            double p50,
            double p95,
            double p99,
            int replicas) {}

    void add(Point point) {
        if (points.size() == POINTS) {
            points.removeFirst();
        }
        points.addLast(point);
    }

    List<Point> points() {
        return List.copyOf(points);
    }

    /** When anything but nothing happened last; 0: never. */
    long busyAt() {
        long last = 0;
        for (Point point : points) {
            if (point.requests() > 0 || point.replicas() > 0) {
                last = point.at();
            }
        }
        return last;
    }
}
