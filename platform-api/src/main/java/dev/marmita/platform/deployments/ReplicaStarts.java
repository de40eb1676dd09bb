package dev.marmita.platform.deployments;

import dev.marmita.scheduler.compute.StartListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Counts starts of replicas and how long each part of them took. */
@Component
final class ReplicaStarts implements StartListener {

    private final MeterRegistry meters;

    ReplicaStarts(MeterRegistry meters) {
        this.meters = meters;
    }

    @Override
    public void started(Kind kind, Map<String, Duration> stages) {
        stages.forEach(
                (stage, time) ->
                        Timer.builder("marmita.replica.start")
                                .description(
                                        "Time from the order to start a replica until it was ready.")
                                .tag("kind", kind.name().toLowerCase(Locale.ROOT))
                                .tag("stage", stage)
                                .register(meters)
                                .record(time));
    }
}
