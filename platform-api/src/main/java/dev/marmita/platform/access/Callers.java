package dev.marmita.platform.access;

import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Knows who presents which credential, whatever kind it is of. */
@Component
public final class Callers {

    private final List<CallerSource> sources;

    Callers(List<CallerSource> sources) {
        this.sources = List.copyOf(sources);
    }

    /** The holder; empty where the text is unknown, expired or revoked, or its tenant is gone. */
    public Optional<Caller> find(String bearer) {
        return sources.stream().flatMap(source -> source.find(bearer).stream()).findFirst();
    }
}
