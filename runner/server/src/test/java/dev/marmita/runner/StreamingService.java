package dev.marmita.runner;

import dev.marmita.service.Api;
import dev.marmita.service.BadInputException;
import dev.marmita.service.Content;
import dev.marmita.service.RequestContext;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** A service that takes and gives streams. Loaded from a bundle, never directly. */
public final class StreamingService {

    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();

    public record Count(int to) {}

    public record Number(int n) {
        public Number {
            if (n < 0) {
                throw new IllegalArgumentException("must not be negative");
            }
        }
    }

    public record Made(int numbers, int closed) {}

    @Api(description = "Counts, and breaks at 666")
    public Stream<Number> numbers(Count count) {
        if (count.to() < 0) {
            throw new BadInputException("to", "field 'to' must not be negative");
        }
        return IntStream.rangeClosed(1, count.to())
                .mapToObj(
                        n -> {
                            if (n == 666) {
                                throw new IllegalStateException("the secret reason");
                            }
                            made.incrementAndGet();
                            return new Number(n);
                        })
                .onClose(closed::incrementAndGet);
    }

    @Api
    public Made made() {
        return new Made(made.get(), closed.get());
    }

    @Api
    public Stream<String> words(Count count) {
        return IntStream.rangeClosed(1, count.to()).mapToObj(n -> "word " + n + "\n");
    }

    @Api
    public Stream<Content> pieces(Count count) {
        return IntStream.rangeClosed(1, count.to())
                .mapToObj(
                        n -> {
                            if (n == 666) {
                                throw new IllegalStateException("the secret reason");
                            }
                            return Content.of(
                                    "audio/x-thing",
                                    ("piece " + n + ";").getBytes(StandardCharsets.UTF_8));
                        });
    }

    @Api
    public Number sum(Stream<Number> numbers) {
        return new Number(numbers.mapToInt(Number::n).sum());
    }

    @Api
    public Stream<Number> doubled(Stream<Number> numbers, RequestContext request) {
        return numbers.map(number -> new Number(number.n() * 2));
    }

    @Api
    public Map<String, Integer> size(Stream<Content> pieces) {
        return Map.of("bytes", pieces.mapToInt(Content::size).sum());
    }

    @Api
    public List<String> lines(Stream<String> lines) {
        return lines.map(String::strip).toList();
    }

    @Api
    public Count give(Count up) {
        throw new CancellationException("not today");
    }
}
