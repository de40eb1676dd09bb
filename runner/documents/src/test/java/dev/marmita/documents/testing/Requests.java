package dev.marmita.documents.testing;

import dev.marmita.documents.ExtractRequest;
import dev.marmita.documents.OcrRequest;
import dev.marmita.service.Content;
import dev.marmita.service.RequestContext;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Requests that say nothing but what is sent. */
public final class Requests {

    private Requests() {}

    public static OcrRequest ocr(Content document) {
        return new OcrRequest(document, Optional.empty(), Optional.empty());
    }

    public static ExtractRequest extract(Content document) {
        return extract(document, false);
    }

    public static ExtractRequest extract(Content document, boolean publicBody) {
        return extract(document, publicBody, Optional.empty());
    }

    /** The same request for that kind of original. */
    public static ExtractRequest ofKind(ExtractRequest request, String kind) {
        return extract(request.document(), request.publicBody().orElse(false), Optional.of(kind));
    }

    private static ExtractRequest extract(
            Content document, boolean publicBody, Optional<String> kind) {
        Optional<String> none = Optional.empty();
        return new ExtractRequest(
                document,
                none,
                Optional.empty(),
                Optional.of(publicBody),
                Optional.empty(),
                kind,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none,
                none);
    }

    /** A request whose caller waits for a minute. */
    public static RequestContext context() {
        return context(() -> false);
    }

    public static RequestContext context(BooleanSupplier cancelled) {
        Instant deadline = Instant.now().plus(Duration.ofMinutes(1));
        return new RequestContext() {
            @Override
            public String requestId() {
                return "test";
            }

            @Override
            public Optional<String> header(String name) {
                return Optional.empty();
            }

            @Override
            public Instant deadline() {
                return deadline;
            }

            @Override
            public boolean cancelled() {
                return cancelled.getAsBoolean();
            }

            @Override
            public void stage(String name, long nanos) {}
        };
    }
}
