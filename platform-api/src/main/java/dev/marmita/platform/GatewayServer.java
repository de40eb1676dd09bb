package dev.marmita.platform;

import dev.marmita.gateway.DemandSink;
import dev.marmita.gateway.Gateway;
import dev.marmita.gateway.GatewayPorts;
import dev.marmita.gateway.GatewaySettings;
import dev.marmita.gateway.RouteSource;
import dev.marmita.platform.postgres.PostgresDemandSink;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** The gateway's life within the platform's: started last, drained first. */
final class GatewayServer implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);

    private static final Duration APPLIED_WITHIN = Duration.ofSeconds(1);

    private final GatewaySettings settings;
    private final Function<DemandSink, GatewayPorts> ports;
    private final PostgresDemandSink demand;
    private volatile @Nullable Gateway gateway;

    GatewayServer(
            GatewaySettings settings,
            Function<DemandSink, GatewayPorts> ports,
            Function<LongSupplier, PostgresDemandSink> demand) {
        this.settings = settings;
        this.ports = ports;
        this.demand = demand.apply(this::tableVersion);
    }

    @Override
    public void start() {
        GatewayPorts given = ports.apply(demand);
        gateway =
                Gateway.start(
                        settings,
                        new GatewayPorts(
                                telling(given.routes()),
                                demand,
                                given.accessLog(),
                                given.meters(),
                                given.metricsPage(),
                                given.clock()));
    }

    /** Tells that a table is in use as soon as it is: roll-outs and new endpoints wait for that. */
    private RouteSource telling(RouteSource routes) {
        return listener ->
                routes.subscribe(
                        table -> {
                            listener.accept(table);
                            Thread.ofVirtual()
                                    .name("gateway-table")
                                    .start(() -> tellApplied(table.version()));
                        });
    }

    private void tellApplied(long version) {
        long deadline = System.nanoTime() + APPLIED_WITHIN.toNanos();
        try {
            while (tableVersion() < version) {
                if (System.nanoTime() > deadline) {
                    return; // the next report says it
                }
                Thread.sleep(Duration.ofMillis(2));
            }
            demand.reportTable();
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException databaseGone) {
            LOG.debug("the table is reported later: {}", databaseGone.toString());
        }
    }

    @Override
    public void stop() {
        Gateway running = gateway;
        if (running == null) {
            return;
        }
        running.close();
        gateway = null;
        try {
            demand.close();
        } catch (RuntimeException databaseGone) {
            LOG.debug("could not sign off: {}", databaseGone.toString());
        }
    }

    @Override
    public boolean isRunning() {
        return gateway != null;
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }

    /** The bound port; 0 while it does not run. */
    int port() {
        Gateway running = gateway;
        return running == null ? 0 : running.port();
    }

    private long tableVersion() {
        Gateway running = gateway;
        return running == null ? 0 : running.tableVersion();
    }
}
