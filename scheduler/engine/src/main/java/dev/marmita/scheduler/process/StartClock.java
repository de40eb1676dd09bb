package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.StartListener;
import dev.marmita.scheduler.compute.StartListener.Kind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Takes the times of one replica's start. Used by one thread. */
final class StartClock {

    private final long begun = System.nanoTime();
    private final Map<String, Duration> stages = new LinkedHashMap<>();
    private long last = begun;
    private Kind kind = Kind.COLD;

    void warm() {
        kind = Kind.WARM;
    }

    /** A stage ends now. */
    void reached(String stage) {
        long now = System.nanoTime();
        stages.put(stage, Duration.ofNanos(now - last));
        last = now;
    }

    /** The last stage ends now. */
    void ready(StartListener listener) {
        reached("open");
        stages.put("total", Duration.ofNanos(last - begun));
        listener.started(kind, Map.copyOf(stages));
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(kind == Kind.WARM ? "warm" : "cold");
        stages.forEach(
                (stage, time) ->
                        text.append(", ")
                                .append(stage)
                                .append(' ')
                                .append(time.toMillis())
                                .append(" ms"));
        return text.toString();
    }
}
