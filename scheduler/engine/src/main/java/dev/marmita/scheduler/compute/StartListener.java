package dev.marmita.scheduler.compute;

import java.time.Duration;
import java.util.Map;

/** Told of every replica that became ready. Must be quick and not throw. */
@FunctionalInterface
public interface StartListener {

    /** How a replica came to be. */
    enum Kind {
        /** By a process of its own. */
        COLD,
        /** By one that waited for it. */
        WARM
    }

    /** Nobody. */
    StartListener NONE = (_, _) -> {};

    /**
     * @param stages how long each part took: {@code fetch} (artifacts), {@code launch} (process and files),
     *     {@code open} (until it is ready), and all of them: {@code total}
     */
    void started(Kind kind, Map<String, Duration> stages);
}
