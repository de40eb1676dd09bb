package dev.marmita.runner;

import dev.marmita.service.Api;
import dev.marmita.service.BadInputException;
import dev.marmita.service.Content;
import dev.marmita.service.Field;
import dev.marmita.service.Model;
import dev.marmita.service.ModelResult;
import dev.marmita.service.RequestContext;
import dev.marmita.service.ServiceContext;
import dev.marmita.service.Slot;
import dev.marmita.service.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A service with everything that a service may have. Loaded from a bundle, never directly. */
public final class SampleService {

    private final Model model;
    private final ServiceContext context;

    public SampleService(@Slot("echo") Model model, ServiceContext context) {
        this.model = model;
        this.context = context;
    }

    public enum Mode {
        FAST,
        EXACT;

        @Override
        public String toString() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public record Page(int number, List<String> tags) {
        public Page {
            if (number < 1) {
                throw new IllegalArgumentException("number must be at least 1");
            }
        }
    }

    public record Request(
            @Field(value = "the picture", accept = "image/*") Content document,
            String title,
            @Nullable Integer count,
            Optional<Mode> mode,
            Optional<List<Page>> pages) {}

    public record Response(
            String title,
            String mediaType,
            @Nullable String fileName,
            int size,
            int count,
            Mode mode,
            List<Page> pages) {}

    @Api(description = "Describes what it got")
    public Response describe(Request request) {
        return new Response(
                request.title(),
                request.document().mediaType(),
                request.document().fileName().orElse(null),
                request.document().size(),
                request.count() == null ? -1 : request.count(),
                request.mode().orElse(Mode.FAST),
                request.pages().orElse(List.of()));
    }

    public record Numbers(List<Float> values) {}

    @Api(route = "/model/run")
    public Numbers run(Numbers numbers) {
        float[] values = new float[numbers.values().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = numbers.values().get(i);
        }
        try (ModelResult result = model.run(Tensor.ofFloats(values, values.length))) {
            var floats = result.first().floats();
            return new Numbers(IntStream.range(0, values.length).mapToObj(floats::get).toList());
        }
    }

    @Api
    public Content reversed(Content content) {
        byte[] bytes = content.toByteArray();
        for (int i = 0; i < bytes.length / 2; i++) {
            byte other = bytes[bytes.length - 1 - i];
            bytes[bytes.length - 1 - i] = bytes[i];
            bytes[i] = other;
        }
        return Content.of(content.mediaType(), bytes);
    }

    @Api
    public String who(RequestContext request) throws Exception {
        Files.writeString(context.scratch().resolve("note"), "was here");
        return request.requestId()
                + " "
                + request.header("X-Colour").orElse("none")
                + " "
                + context.env().getOrDefault("COLOUR", "none");
    }

    public record Count(int to) {}

    public record Tick(int n) {}

    @Api
    public Stream<Tick> ticks(Count count) {
        return IntStream.rangeClosed(1, count.to())
                .mapToObj(
                        n -> {
                            if (n == 666) {
                                throw new IllegalStateException("the secret reason");
                            }
                            return new Tick(n);
                        });
    }

    public record Failure(String kind) {}

    @Api
    public Map<String, Integer> fail(Failure failure) {
        throw switch (failure.kind()) {
            case "input" -> new BadInputException("kind", "field 'kind' is not to my taste");
            case "bug" -> new IllegalStateException("the secret reason");
            default -> new UnsupportedOperationException("the secret reason");
        };
    }

    public record Sleep(long millis) {}

    @Api
    public Map<String, Boolean> sleep(Sleep sleep, RequestContext request)
            throws InterruptedException {
        long end = System.nanoTime() + sleep.millis() * 1_000_000;
        while (System.nanoTime() < end && !request.cancelled()) {
            Thread.sleep(5);
        }
        if (request.cancelled()) {
            System.setProperty("sample.cancelled." + request.requestId(), "true");
        }
        return Map.of("cancelled", request.cancelled());
    }

    @Api
    public List<String> parallel(Count count) {
        List<String> names = java.util.Collections.synchronizedList(new ArrayList<>());
        AtomicInteger arrived = new AtomicInteger();
        List<Runnable> tasks = new ArrayList<>();
        for (int i = 0; i < count.to(); i++) {
            tasks.add(
                    () -> {
                        names.add(Thread.currentThread().getName());
                        arrived.incrementAndGet();
                        long end = System.nanoTime() + 2_000_000_000L;
                        while (arrived.get() < 2 && System.nanoTime() < end) {
                            Thread.onSpinWait();
                        }
                    });
        }
        context.parallel(tasks);
        return names;
    }

    @Api
    public String utf8(Content content) {
        return new String(content.toByteArray(), StandardCharsets.UTF_8);
    }
}
