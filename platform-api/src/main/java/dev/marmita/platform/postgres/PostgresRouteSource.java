package dev.marmita.platform.postgres;

import dev.marmita.gateway.RouteSource;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.Route;
import dev.marmita.routing.RouteTable;
import dev.marmita.routing.TenantId;
import dev.marmita.routing.TenantLimits;
import dev.marmita.routing.TokenGrant;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Routes and tokens of living tenants, read whole and consistently whenever the table's version moved. */
public final class PostgresRouteSource implements RouteSource {

    private final JdbcClient database;
    private final TransactionTemplate snapshot;
    private final JsonMapper json;
    private final Signals signals;

    public PostgresRouteSource(PostgresPool pool, JsonMapper json, Signals signals) {
        this.database = pool.client();
        this.snapshot = new TransactionTemplate(pool.transactions());
        this.snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        this.snapshot.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        this.json = json;
        this.signals = signals;
    }

    @Override
    public Subscription subscribe(Consumer<RouteTable> listener) {
        var delivered = new AtomicLong(Long.MIN_VALUE);
        var refresher =
                new Refresher(
                        "route-refresh",
                        () ->
                                changedSince(delivered.get())
                                        .ifPresent(
                                                table -> {
                                                    listener.accept(table);
                                                    delivered.set(table.version());
                                                }));
        var signal = signals.on(Channel.ROUTES, _ -> refresher.ask());
        refresher.ask();
        return () -> {
            signal.close();
            refresher.close();
        };
    }

    private Optional<RouteTable> changedSince(long version) {
        @Nullable RouteTable table = snapshot.execute(tx -> read(version));
        return Optional.ofNullable(table);
    }

    private @Nullable RouteTable read(long known) {
        long version = database.sql("select version from route_table").query(Long.class).single();
        if (version == known) {
            return null;
        }
        List<Route> routes =
                database.sql(
                                """
                                select r.body from route r join tenant t on t.name = r.tenant
                                where t.state = 'active' and r.body is not null""")
                        .query((row, n) -> json.readValue(row.getString(1), Route.class))
                        .list();
        List<TokenGrant> tokens =
                database.sql(
                                """
                                select k.id, k.sha256, k.tenant, k.deployments, k.expires_at
                                from api_token k join tenant t on t.name = k.tenant
                                where t.state = 'active' and 'invoke' = any(k.scopes)
                                    and k.revoked_at is null
                                    and (k.expires_at is null or k.expires_at > now())""")
                        .query((row, n) -> grant(row))
                        .list();
        List<TenantLimits> limits =
                database.sql(
                                """
                                select t.name, coalesce((p.body ->> 'requestsPerSecond')::float8, 0),
                                    coalesce((p.body ->> 'burst')::int,
                                        least(greatest(ceil((p.body ->> 'requestsPerSecond')::float8), 1), 1e9)::int, 1),
                                    coalesce((p.body ->> 'concurrentRequests')::int, 0)
                                from tenant t join plan p on p.name = t.plan
                                where t.state = 'active' and (p.body -> 'requestsPerSecond' is not null
                                    or p.body -> 'concurrentRequests' is not null)""")
                        .query(
                                (row, n) ->
                                        new TenantLimits(
                                                new TenantId(row.getString(1)),
                                                row.getDouble(2),
                                                row.getInt(3),
                                                row.getInt(4)))
                        .list();
        return new RouteTable(version, routes, tokens, limits);
    }

    private static TokenGrant grant(ResultSet row) throws SQLException {
        var expiresAt = row.getTimestamp("expires_at");
        return new TokenGrant(
                row.getString("id"),
                row.getString("sha256"),
                new TenantId(row.getString("tenant")),
                names(row.getArray("deployments")),
                expiresAt == null ? Optional.empty() : Optional.of(expiresAt.toInstant()));
    }

    private static Set<DeploymentName> names(Array array) throws SQLException {
        return Arrays.stream((String[]) array.getArray())
                .map(DeploymentName::new)
                .collect(Collectors.toSet());
    }
}
