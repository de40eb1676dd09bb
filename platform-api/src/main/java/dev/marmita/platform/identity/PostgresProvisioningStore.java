package dev.marmita.platform.identity;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import java.sql.Timestamp;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/** In two tables of the platform's. */
final class PostgresProvisioningStore implements ProvisioningStore {

    private final JdbcClient database;
    private final TransactionOperations transactions;
    private final InstantSource clock;

    PostgresProvisioningStore(
            JdbcClient database, TransactionOperations transactions, InstantSource clock) {
        this.database = database;
        this.transactions = transactions;
        this.clock = clock;
    }

    @Override
    public String owner() {
        database.sql(
                        """
                        insert into identity_owner (id) values (:id)
                        on conflict (only_one) do nothing""")
                .param("id", UUID.randomUUID().toString())
                .update();
        return database.sql("select id from identity_owner").query(String.class).single();
    }

    @Override
    public void save(Map<EndpointId, Finding> findings) {
        transactions.executeWithoutResult(
                tx -> {
                    database.sql("delete from access_provisioning where not endpoint = any(:known)")
                            .param(
                                    "known",
                                    findings.keySet().stream()
                                            .map(EndpointId::toString)
                                            .toArray(String[]::new))
                            .update();
                    findings.forEach(this::save);
                });
    }

    private void save(EndpointId endpoint, Finding finding) {
        database.sql(
                        """
                        insert into access_provisioning as a
                            (endpoint, tenant, done, reason, message, since)
                        values (:endpoint, :tenant, :done, :reason, :message, :now)
                        on conflict (endpoint) do update set done = :done, reason = :reason,
                            message = :message,
                            since = case when a.done = :done and a.reason = :reason
                                then a.since else :now end
                        where (a.done, a.reason, a.message)
                            is distinct from (:done, :reason, :message)""")
                .param("endpoint", endpoint.toString())
                .param("tenant", endpoint.tenant().value())
                .param("done", finding.done())
                .param("reason", finding.reason())
                .param("message", finding.message())
                .param("now", Timestamp.from(clock.instant()))
                .update();
    }

    @Override
    public List<Row> of(TenantId tenant) {
        return database.sql(
                        """
                        select endpoint, done, reason, message, since from access_provisioning
                        where tenant = :tenant""")
                .param("tenant", tenant.value())
                .query(
                        (row, n) ->
                                new Row(
                                        endpoint(row.getString("endpoint")),
                                        new Finding(
                                                row.getBoolean("done"),
                                                row.getString("reason"),
                                                row.getString("message")),
                                        row.getTimestamp("since").toInstant()))
                .list();
    }

    private static EndpointId endpoint(String text) {
        int slash = text.indexOf('/');
        return EndpointId.of(text.substring(0, slash), text.substring(slash + 1));
    }
}
