package dev.marmita.runner;

import dev.marmita.service.Api;
import dev.marmita.service.Content;
import dev.marmita.service.Field;
import dev.marmita.service.RequestContext;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A service with every type that has a form in protobuf. Loaded from a bundle, never directly. */
public final class RecordService {

    public enum Colour {
        RED,
        DARK_BLUE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public record Point(int x, long yAxis) {
        public Point {
            if (x > 1_000) {
                throw new IllegalArgumentException("x is too large");
            }
        }
    }

    public record Everything(
            String text,
            boolean flag,
            byte small,
            int whole,
            long large,
            float single,
            double wide,
            BigDecimal exact,
            Colour colour,
            LocalDate day,
            @Field(accept = "image/*") Content file,
            Point point,
            List<Integer> numbers,
            List<String> texts,
            List<Point> points,
            List<List<Double>> grid,
            Set<Colour> colours,
            Map<String, Point> byName,
            Map<String, List<String>> lists,
            Optional<String> maybe,
            Optional<Integer> perhaps,
            @Nullable Point nullable,
            Optional<Everything> nested) {}

    @Api(description = "Gives back what it got")
    public Everything echo(Everything everything) {
        return everything;
    }

    @Api
    public Stream<Point> points(Point to) {
        if (to.x() < 0) {
            throw new IllegalStateException("the secret reason");
        }
        return Stream.iterate(new Point(1, 1), point -> new Point(point.x() + 1, point.x() + 1))
                .limit(to.x());
    }

    @Api
    public Point slow(Point point, RequestContext request) throws InterruptedException {
        while (!request.cancelled()) {
            Thread.sleep(10);
        }
        throw new CancellationException();
    }

    @Api
    public Point total(Stream<Point> points) {
        return points.reduce(new Point(0, 0), (a, b) -> new Point(a.x() + b.x(), a.yAxis()));
    }

    @Api
    public Stream<Point> mirrored(Stream<Point> points) {
        return points.map(point -> new Point((int) point.yAxis(), point.x()));
    }

    @Api
    public Map<String, Integer> lengths(Content content) {
        return Map.of(content.mediaType(), content.size());
    }

    @Api
    public String greeting() {
        return "olá";
    }

    @Api
    public Content file() {
        return Content.of("text/plain", "abc".getBytes(StandardCharsets.UTF_8));
    }

    @Api
    public Map<String, Object> anything() {
        return Map.of("a", List.of(1));
    }
}
