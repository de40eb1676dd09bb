package dev.marmita.platform.postgres;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Route;
import dev.marmita.scheduler.RoutePublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Routes as rows of {@code route}; triggers there count the table's version and tell the gateways. */
public final class PostgresRoutePublisher implements RoutePublisher {

    private final JdbcClient database;
    private final TransactionTemplate transaction;
    private final JsonMapper json;

    public PostgresRoutePublisher(PostgresPool pool, JsonMapper json) {
        this.database = pool.client();
        this.transaction = new TransactionTemplate(pool.transactions());
        // Durable on return, whatever becomes of a transaction around the call.
        this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.json = json;
    }

    @Override
    public void publish(Route route) {
        String body = json.writeValueAsString(route);
        transaction.executeWithoutResult(
                tx ->
                        database.sql(
                                        """
                                        insert into route as r
                                            (tenant, deployment, generation, body, changed_at)
                                        values (:tenant, :deployment, :generation, :body::jsonb, now())
                                        on conflict (tenant, deployment) do update set
                                            generation = excluded.generation, body = excluded.body,
                                            changed_at = excluded.changed_at
                                        where r.body is null or r.generation < excluded.generation""")
                                .param("tenant", route.endpoint().tenant().value())
                                .param("deployment", route.endpoint().deployment().value())
                                .param("generation", route.generation())
                                .param("body", body)
                                .update());
    }

    /** The row stays for a while, without a body: so it is known when every gateway has let go of it. */
    @Override
    public void remove(EndpointId endpoint) {
        transaction.executeWithoutResult(
                tx -> {
                    database.sql(
                                    """
                                    update route set body = null, changed_at = now()
                                    where tenant = :tenant and deployment = :deployment
                                        and body is not null""")
                            .param("tenant", endpoint.tenant().value())
                            .param("deployment", endpoint.deployment().value())
                            .update();
                    database.sql(
                                    """
                                    delete from route
                                    where body is null and changed_at < now() - interval '1 day'""")
                            .update();
                });
    }
}
