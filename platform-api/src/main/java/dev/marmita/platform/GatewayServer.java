package dev.marmita.platform;

import dev.marmita.gateway.DemandSink;
import dev.marmita.gateway.Gateway;
import dev.marmita.gateway.GatewayPorts;
import dev.marmita.gateway.GatewaySettings;
import dev.marmita.platform.postgres.PostgresDemandSink;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.NestedExceptionUtils;

/** The gateway's life within the platform's: started last, drained first. */
final class GatewayServer implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayServer.class);

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
        try {
            gateway = Gateway.start(settings, ports.apply(demand));
        } catch (UncheckedIOException failure) {
            throw new StartException(reason(failure), failure);
        }
    }

    private String reason(UncheckedIOException failure) {
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
        String message =
                "the gateway cannot listen on "
                        + settings.host()
                        + ":"
                        + settings.port()
                        + ": "
                        + cause.getMessage();
        if (cause instanceof BindException) {
            return message + "; is something else there? marmita.gateway.port chooses another port";
        }
        return settings.tls() == null
                ? message
                : "marmita.gateway.certificate and marmita.gateway.key: "
                        + failure.getMessage()
                        + " ("
                        + cause
                        + ")";
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
