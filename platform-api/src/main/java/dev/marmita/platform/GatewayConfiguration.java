package dev.marmita.platform;

import dev.marmita.gateway.AccessLog;
import dev.marmita.gateway.Credentials;
import dev.marmita.gateway.GatewayPorts;
import dev.marmita.gateway.GatewaySettings;
import dev.marmita.gateway.JsonLinesAccessLog;
import dev.marmita.platform.access.Denials;
import dev.marmita.platform.postgres.PostgresDemandSink;
import dev.marmita.platform.postgres.PostgresPool;
import dev.marmita.platform.postgres.PostgresRouteSource;
import dev.marmita.platform.postgres.Signals;
import dev.marmita.platform.tenants.TokenUse;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** The data plane's front door, wired to PostgreSQL. */
@Configuration(proxyBeanMethods = false)
class GatewayConfiguration {

    @Bean(destroyMethod = "close")
    JsonLinesAccessLog accessLogFile(Home home, GatewayProperties settings) {
        return JsonLinesAccessLog.open(
                home.folder().resolve("logs").resolve("access.log"),
                settings.accessLogSize().toBytes(),
                settings.accessLogKeep());
    }

    @Bean
    GatewayServer gatewayServer(
            Home home,
            PlatformProperties platform,
            GatewayProperties settings,
            PostgresPool pool,
            Signals signals,
            TokenUse tokens,
            Denials denials,
            ObjectProvider<Credentials> credentials,
            JsonLinesAccessLog file,
            MeterRegistry meters,
            ObjectProvider<PrometheusMeterRegistry> prometheus,
            JsonMapper json,
            Clock clock) {
        AccessLog log =
                entry -> {
                    file.log(entry);
                    denied(entry).ifPresent(denials::denied);
                    if (entry.tokenId() != null) {
                        tokens.used(entry.tokenId(), entry.time());
                    }
                };
        return new GatewayServer(
                settings(home, settings),
                demand ->
                        new GatewayPorts(
                                new PostgresRouteSource(pool, json, signals),
                                credentials.getIfAvailable(() -> Credentials.NONE),
                                demand,
                                log,
                                meters,
                                () -> {
                                    var registry = prometheus.getIfAvailable();
                                    return registry == null ? "" : registry.scrape();
                                },
                                clock),
                tableVersion ->
                        new PostgresDemandSink(
                                id(platform.role(), settings), tableVersion, pool, json));
    }

    /** What the audit is told of a request that the gateway refused. */
    private static Optional<Denials.Denial> denied(AccessLog.Entry entry) {
        String resource = entry.denied();
        if (resource == null) {
            return Optional.empty();
        }
        String kind =
                entry.tokenId() != null ? "token" : entry.subject() != null ? "member" : "unknown";
        return Optional.of(
                new Denials.Denial(
                        kind,
                        Objects.requireNonNullElse(
                                entry.tokenId(), Objects.requireNonNullElse(entry.subject(), "")),
                        "CALL",
                        kind.equals("unknown")
                                ? resource.substring(0, Math.max(0, resource.indexOf('/')))
                                : "",
                        resource,
                        Objects.requireNonNullElse(entry.reason(), ""),
                        entry.client(),
                        entry.status()));
    }

    private static GatewaySettings settings(Home home, GatewayProperties settings) {
        GatewaySettings defaults = GatewaySettings.defaults();
        return defaults.withAddress(settings.address(), settings.port())
                .withDomain(settings.domain())
                .withSnapshot(home.folder().resolve("routes.json"))
                .withEventLoops(
                        settings.eventLoops() > 0 ? settings.eventLoops() : defaults.eventLoops())
                .withTrustForwarded(settings.trustForwarded())
                .withTls(
                        settings.certificate() == null || settings.key() == null
                                ? null
                                : new GatewaySettings.Tls(settings.certificate(), settings.key()))
                .withTimeouts(defaults.timeouts().withDrain(settings.drain()));
    }

    /** The same after a restart, so that an old report does not linger. */
    private static String id(Role role, GatewayProperties settings) {
        if (settings.id() != null) {
            return settings.id();
        }
        if (role == Role.ALL) {
            return "all";
        }
        try {
            return InetAddress.getLocalHost().getHostName() + ":" + settings.port();
        } catch (UnknownHostException nameless) {
            return "gateway-" + ProcessHandle.current().pid();
        }
    }
}
