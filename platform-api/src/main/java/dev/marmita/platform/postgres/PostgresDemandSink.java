package dev.marmita.platform.postgres;

import dev.marmita.gateway.DemandSink;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Load;
import java.util.List;
import java.util.function.LongSupplier;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/**
 * Wakes by {@code NOTIFY}, reports as rows. While the database is gone both fail, and the gateway, which asks again
 * every second, is none the worse.
 */
public final class PostgresDemandSink implements DemandSink, AutoCloseable {

    private record Row(
            String tenant, String deployment, int inFlight, int queued, long lastRequestAgoMillis) {

        static Row of(Load load) {
            return new Row(
                    load.endpoint().tenant().value(),
                    load.endpoint().deployment().value(),
                    load.inFlight(),
                    load.queued(),
                    load.lastRequestAgoMillis());
        }
    }

    private final String gateway;
    private final LongSupplier tableVersion;
    private final PostgresPool pool;
    private final JdbcClient database;
    private final TransactionTemplate transaction;
    private final JsonMapper json;

    /**
     * @param gateway unique name of this gateway
     * @param tableVersion by which it serves
     */
    public PostgresDemandSink(
            String gateway, LongSupplier tableVersion, PostgresPool pool, JsonMapper json) {
        this.gateway = gateway;
        this.tableVersion = tableVersion;
        this.pool = pool;
        this.database = pool.client();
        this.transaction = new TransactionTemplate(pool.transactions());
        this.json = json;
    }

    @Override
    public void wake(EndpointId endpoint) {
        pool.tell(Channel.WAKE, endpoint.toString());
    }

    @Override
    public void unreachable(EndpointId endpoint, String replica, String reason) {
        pool.tell(Channel.CHANGED, endpoint.toString());
    }

    @Override
    public void report(List<Load> loads) {
        long version = tableVersion.getAsLong();
        String rows = json.writeValueAsString(loads.stream().map(Row::of).toList());
        Boolean changed =
                transaction.execute(
                        tx -> {
                            boolean table = writeInstance(version);
                            return writeLoads(rows) | deleteIdle(rows) | table;
                        });
        if (Boolean.TRUE.equals(changed)) {
            pool.tell(Channel.LOAD, "");
        }
    }

    /** Says that this gateway is no more; its load counts no longer. */
    @Override
    public void close() {
        database.sql(
                        "delete from gateway_instance where id = :id or reported_at < now() - interval '1 day'")
                .param("id", gateway)
                .update();
        pool.tell(Channel.LOAD, "");
    }

    /** Whether it serves by another table than it said before. */
    private boolean writeInstance(long version) {
        return database.sql(
                        """
                        with before as (select table_version from gateway_instance where id = :id)
                        insert into gateway_instance as g (id, table_version, reported_at)
                        values (:id, :version, clock_timestamp())
                        on conflict (id) do update set
                            table_version = excluded.table_version,
                            reported_at = excluded.reported_at
                        returning coalesce((select table_version from before) <> :version, true)""")
                .param("id", gateway)
                .param("version", version)
                .query(Boolean.class)
                .single();
    }

    private boolean writeLoads(String rows) {
        return database.sql(
                                """
                                insert into gateway_load as l
                                    (gateway, tenant, deployment, in_flight, queued, last_request_at)
                                select :id, tenant, deployment, "inFlight", queued,
                                    case when "lastRequestAgoMillis" < 1000000000000 then
                                        clock_timestamp()
                                            - "lastRequestAgoMillis" * interval '1 millisecond' end
                                from jsonb_to_recordset(:rows::jsonb) as r (
                                    tenant text, deployment text, "inFlight" integer, queued integer,
                                    "lastRequestAgoMillis" bigint)
                                on conflict (gateway, tenant, deployment) do update set
                                    in_flight = excluded.in_flight, queued = excluded.queued,
                                    last_request_at = excluded.last_request_at
                                where l.in_flight <> excluded.in_flight
                                    or l.queued <> excluded.queued
                                    -- the ages of one request, told twice, differ by some milliseconds
                                    or l.last_request_at is null
                                    or abs(extract(epoch from excluded.last_request_at
                                        - l.last_request_at)) > 0.2""")
                        .param("id", gateway)
                        .param("rows", rows)
                        .update()
                > 0;
    }

    private boolean deleteIdle(String rows) {
        return database.sql(
                                """
                                delete from gateway_load l where gateway = :id and not exists (
                                    select 1 from jsonb_to_recordset(:rows::jsonb)
                                        as r (tenant text, deployment text)
                                    where r.tenant = l.tenant and r.deployment = l.deployment)""")
                        .param("id", gateway)
                        .param("rows", rows)
                        .update()
                > 0;
    }
}
