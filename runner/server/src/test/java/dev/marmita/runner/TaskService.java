package dev.marmita.runner;

import dev.marmita.service.Api;
import dev.marmita.service.Content;
import dev.marmita.service.RequestContext;
import dev.marmita.service.ServiceContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** A service with methods that can be called as tasks. Loaded from a bundle, never directly. */
public final class TaskService {

    private final Path gate;

    public TaskService(ServiceContext context) {
        this.gate = Path.of(context.env().getOrDefault("GATE", "/nowhere"));
    }

    public record Work(String text, Optional<Boolean> waits) {
        public Work {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("text is empty");
            }
        }
    }

    public record Done(String text, int length) {}

    @Api(description = "Counts letters, when the gate is open", task = true)
    public Done count(Work work, RequestContext request) throws InterruptedException {
        while (work.waits().orElse(false) && !Files.exists(gate)) {
            if (request.cancelled()) {
                throw new CancellationException("given up");
            }
            Thread.sleep(10);
        }
        if (work.text().equals("bug")) {
            throw new IllegalStateException("the secret reason");
        }
        return new Done(work.text(), work.text().length());
    }

    @Api(task = true)
    public Content turned(Content content) throws IOException {
        String text = new String(content.toByteArray(), StandardCharsets.UTF_8);
        return new Content(
                "text/x-turned",
                Optional.of("turned.txt"),
                StandardCharsets.UTF_8.encode(new StringBuilder(text).reverse().toString()));
    }

    @Api
    public Map<String, String> echoed() {
        return Map.of("answer", "yes");
    }
}
