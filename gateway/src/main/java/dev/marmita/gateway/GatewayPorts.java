package dev.marmita.gateway;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * What a gateway is wired to.
 *
 * @param metricsPage text of {@code GET /metrics} on the gateway's port, which is answered to loopback
 *     only; {@code () -> ""}: there is no such page
 */
public record GatewayPorts(
        RouteSource routes,
        Credentials credentials,
        DemandSink demand,
        AccessLog accessLog,
        MeterRegistry meters,
        Supplier<String> metricsPage,
        InstantSource clock) {

    public GatewayPorts {
        Objects.requireNonNull(routes, "routes");
        Objects.requireNonNull(credentials, "credentials");
        Objects.requireNonNull(demand, "demand");
        Objects.requireNonNull(accessLog, "accessLog");
        Objects.requireNonNull(meters, "meters");
        Objects.requireNonNull(metricsPage, "metricsPage");
        Objects.requireNonNull(clock, "clock");
    }
}
