package dev.marmita.runner;

import dev.marmita.service.Api;
import dev.marmita.service.Model;
import dev.marmita.service.Slot;
import java.util.Map;

/** A service that fails as a JVM does. Loaded from a bundle, never directly. */
public final class FailingService {

    public FailingService(@Slot("model") Model model) {}

    public record Failure(String kind) {}

    @Api
    public Map<String, Integer> fail(Failure failure) {
        throw switch (failure.kind()) {
            case "heap" -> new OutOfMemoryError("Java heap space");
            case "array" -> new OutOfMemoryError("Requested array size exceeds VM limit");
            case "stack" -> new StackOverflowError();
            default -> new NoClassDefFoundError("not/In/The/Bundle");
        };
    }

    public record Sleep(long millis) {}

    @Api
    public Map<String, Boolean> sleep(Sleep sleep) throws InterruptedException {
        Thread.sleep(sleep.millis());
        return Map.of("slept", true);
    }
}
