package dev.marmita.gateway;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Load;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's meters. Tenant and deployment are tags only where the route table knows them, so what
 * clients send cannot make meters; those of an endpoint go with it.
 */
final class GatewayMeters {

    private static final String PREFIX = "marmita.gateway.";
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofMillis(2_500),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10),
        Duration.ofSeconds(30),
        Duration.ofSeconds(60),
        Duration.ofSeconds(120)
    };

    /** Meters of one endpoint, or of all requests that found none. */
    private static final class Set {
        private final MeterRegistry registry;
        private final Tags tags;
        private final List<Meter> all = new ArrayList<>();
        private final Counter[] byClass = new Counter[6];
        private final Timer duration;
        private final Timer waits;
        private final Timer wakes;
        private final Counter retries;
        private final Counter ejections;

        Set(MeterRegistry registry, Tags tags) {
            this.registry = registry;
            this.tags = tags;
            for (int i = 1; i < byClass.length; i++) {
                byClass[i] = counter("requests", tags.and("status", i + "xx"));
            }
            duration = timer("request.duration");
            waits = timer("wait.duration");
            wakes = timer("wake.duration");
            retries = counter("retries", tags);
            ejections = counter("ejections", tags);
        }

        private Counter counter(String name, Tags with) {
            return kept(Counter.builder(PREFIX + name).tags(with).register(registry));
        }

        private Timer timer(String name) {
            return kept(
                    Timer.builder(PREFIX + name)
                            .tags(tags)
                            .serviceLevelObjectives(BUCKETS)
                            .register(registry));
        }

        void gauge(String name, Supplier<Number> value) {
            kept(Gauge.builder(PREFIX + name, value).tags(tags).register(registry));
        }

        private <M extends Meter> M kept(M meter) {
            all.add(meter);
            return meter;
        }
    }

    private final MeterRegistry registry;
    private final LongSupplier nanos;
    private final Map<EndpointId, Set> endpoints = new ConcurrentHashMap<>();
    private final Set others;

    GatewayMeters(MeterRegistry registry, LongSupplier nanos) {
        this.registry = registry;
        this.nanos = nanos;
        this.others = new Set(registry, Tags.of("tenant", "", "deployment", ""));
    }

    /** A gauge of the whole gateway. */
    void gauge(String name, Supplier<Number> value) {
        Gauge.builder(PREFIX + name, value).register(registry);
    }

    void added(EndpointQueue queue) {
        EndpointId id = queue.endpoint();
        Set set =
                new Set(
                        registry,
                        Tags.of(
                                "tenant", id.tenant().value(),
                                "deployment", id.deployment().value()));
        set.gauge("inflight", () -> load(queue).inFlight());
        set.gauge("queued", () -> load(queue).queued());
        set.gauge("queued.bytes", queue::waitingBytes);
        endpoints.put(id, set);
    }

    void removed(EndpointQueue queue) {
        Set set = endpoints.remove(queue.endpoint());
        if (set != null) {
            set.all.forEach(registry::remove);
        }
    }

    void putAside(EndpointId endpoint) {
        of(endpoint).ejections.increment();
    }

    void closed(AccessLog.Entry entry) {
        Set set = of(entry);
        int statusClass = entry.status() / 100;
        if (statusClass >= 1 && statusClass <= 5) {
            set.byClass[statusClass].increment();
        }
        set.duration.record(micros(entry.totalMillis()), TimeUnit.MICROSECONDS);
        if (entry.waitMillis() > 0) {
            (entry.woke() ? set.wakes : set.waits)
                    .record(micros(entry.waitMillis()), TimeUnit.MICROSECONDS);
        }
        if (entry.attempts() > 1) {
            set.retries.increment(entry.attempts() - 1.0);
        }
    }

    private Set of(AccessLog.Entry entry) {
        return entry.tenant() == null || entry.deployment() == null
                ? others
                : of(EndpointId.of(entry.tenant(), entry.deployment()));
    }

    private Set of(@Nullable EndpointId endpoint) {
        Set set = endpoint == null ? null : endpoints.get(endpoint);
        return set == null ? others : set;
    }

    private Load load(EndpointQueue queue) {
        return queue.load(nanos.getAsLong());
    }

    private static long micros(double millis) {
        return (long) (millis * 1_000);
    }
}
