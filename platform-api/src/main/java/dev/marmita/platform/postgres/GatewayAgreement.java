package dev.marmita.platform.postgres;

import dev.marmita.routing.EndpointId;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Lets an answer of the control plane wait until the gateways act by it: an endpoint can be called
 * when its PUT is answered, a revoked token is refused when its DELETE is. Bounded: a gateway that
 * hangs delays an answer, it does not fail it.
 */
public final class GatewayAgreement {

    private static final Logger LOG = LoggerFactory.getLogger(GatewayAgreement.class);
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final PostgresPool pool;
    private final PostgresLoadSource gateways;

    public GatewayAgreement(PostgresPool pool, PostgresLoadSource gateways) {
        this.pool = pool;
        this.gateways = gateways;
    }

    /** Until every live gateway knows all tokens and routes that are committed now. */
    public void awaitAll() {
        try {
            long version =
                    pool.client().sql("select version from route_table").query(Long.class).single();
            told(gateways.awaitTable(version, LIMIT), "tokens and routes");
        } catch (DataAccessException databaseGone) {
            LOG.debug("not waiting for the gateways: {}", databaseGone.toString());
        }
    }

    /** Until every live gateway has the endpoint's route. */
    public void await(EndpointId endpoint) {
        told(gateways.awaitRoute(endpoint, LIMIT), endpoint.toString());
    }

    private static void told(boolean agreed, String what) {
        if (!agreed) {
            LOG.warn("not every gateway has {} yet; answering without", what);
        }
    }
}
