package dev.marmita.platform.console.board;

import dev.marmita.platform.console.view.Rows.DeploymentRow;
import dev.marmita.platform.console.view.Rows.EventRow;
import dev.marmita.platform.console.view.Rows.Listed;
import dev.marmita.platform.console.view.Rows.TenantRow;
import dev.marmita.platform.console.view.Rows.TokenRow;
import dev.marmita.platform.console.view.Rows.Totals;
import dev.marmita.platform.postgres.PostgresPool;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient.StatementSpec;
import org.springframework.stereotype.Component;

/** Reads lists that go across tenants, by search, in pages; every query is bounded by what the reader may see. */
@Component
public final class Board {

    private static final String VISIBLE =
            " (:everything or d.tenant = any(:tenants) or d.tenant || '/' || d.name ="
                    + " any(:endpoints)) ";

    private final PostgresPool pool;

    Board(PostgresPool pool) {
        this.pool = pool;
    }

    /**
     * Which deployments.
     *
     * @param tenant one tenant only; empty: every visible one
     * @param text occurs in tenant, name or specification
     * @param phases empty: any
     * @param after {@code tenant/name} of the last one before
     */
    public record Query(String tenant, String text, List<String> phases, String after, int size) {}

    public Listed<DeploymentRow> deployments(Reach reach, Query query) {
        List<DeploymentRow> found =
                visible(
                                reach,
                                """
                                select d.tenant, d.name, d.phase, d.spec::jsonb ->> 'service' as service,
                                    d.spec::jsonb ->> 'mode' as mode, d.ready_replicas,
                                    (d.spec::jsonb -> 'scaling' ->> 'maxReplicas')::int as most, d.deleting,
                                    coalesce(c.reason, '') as reason, coalesce(c.message, '') as message,
                                    d.updated_at
                                from deployment d left join deployment_condition c on c.tenant = d.tenant
                                    and c.deployment = d.name and c.type = 'READY'
                                where\
                                """
                                        + VISIBLE
                                        + """
                                        and (:only = '' or d.tenant = :only)
                                        and (:text = '' or d.tenant || '/' || d.name ilike :text or d.spec ilike :text)
                                        and (cardinality(:phases) = 0 or d.phase = any(:phases))
                                        and (:after = '' or (d.tenant, d.name) > (split_part(:after, '/', 1), split_part(:after, '/', 2)))
                                        order by d.tenant, d.name limit :limit\
                                        """)
                        .param("only", query.tenant())
                        .param("text", pattern(query.text()))
                        .param("phases", query.phases().toArray(String[]::new))
                        .param("after", query.after())
                        .param("limit", query.size() + 1)
                        .query((row, n) -> deployment(row))
                        .list();
        if (found.size() <= query.size()) {
            return new Listed<>(found, Optional.empty());
        }
        List<DeploymentRow> items = found.subList(0, query.size());
        DeploymentRow last = items.getLast();
        return new Listed<>(items, Optional.of(last.tenant() + "/" + last.name()));
    }

    /** Deployments that a move of the label would roll: they follow labels and name this one. */
    public List<DeploymentRow> followers(Reach reach, boolean service, String name, String label) {
        return visible(
                        reach,
                        """
                        select d.tenant, d.name, d.phase, d.spec::jsonb ->> 'service' as service,
                            d.spec::jsonb ->> 'mode' as mode, d.ready_replicas,
                            (d.spec::jsonb -> 'scaling' ->> 'maxReplicas')::int as most, d.deleting,
                            '' as reason, '' as message, d.updated_at
                        from deployment d where\
                        """
                                + VISIBLE
                                + """
                                and coalesce((d.spec::jsonb ->> 'followLabels')::boolean, true) and not d.deleting
                                and (case when :service then d.spec::jsonb ->> 'service' = :ref
                                    else exists (select 1 from jsonb_each_text(d.spec::jsonb -> 'models') m
                                        where m.value = :ref) end)
                                order by d.tenant, d.name limit 200\
                                """)
                .param("service", service)
                .param("ref", name + ":" + label)
                .query((row, n) -> deployment(row))
                .list();
    }

    /** Deployments whose newest revision runs this content. */
    public List<DeploymentRow> users(Reach reach, String digest) {
        return visible(
                        reach,
                        """
                        select d.tenant, d.name, d.phase, d.spec::jsonb ->> 'service' as service,
                            d.spec::jsonb ->> 'mode' as mode, d.ready_replicas,
                            (d.spec::jsonb -> 'scaling' ->> 'maxReplicas')::int as most, d.deleting,
                            '' as reason, '' as message, d.updated_at
                        from deployment d join revision r on r.tenant = d.tenant and r.deployment = d.name
                            and r.number = d.revision
                        where\
                        """
                                + VISIBLE
                                + "and position(:digest in r.bundle) > 0 order by d.tenant, d.name"
                                + " limit 200")
                .param("digest", digest)
                .query((row, n) -> deployment(row))
                .list();
    }

    public Totals totals(Reach reach) {
        Map<String, Integer> phases = new HashMap<>();
        visible(reach, "select d.phase, count(*) from deployment d where" + VISIBLE + "group by 1")
                .query(
                        row -> {
                            phases.put(row.getString(1), row.getInt(2));
                        });
        return visible(
                        reach,
                        """
                        select (select count(*) from tenant t where t.state = 'active' and (:everything or t.name = any(:tenants))),
                            (select count(*) from artifact where kind = 'MODEL' and not deleted),
                            (select count(*) from artifact where kind = 'SERVICE' and not deleted),
                            (select coalesce(sum(d.ready_replicas), 0) from deployment d where\
                        """
                                + VISIBLE
                                + ")")
                .query(
                        (row, n) ->
                                new Totals(
                                        Map.copyOf(phases),
                                        row.getInt(1),
                                        row.getInt(2),
                                        row.getInt(3),
                                        row.getInt(4)))
                .single();
    }

    /** The newest first. */
    public List<EventRow> events(Reach reach, int most) {
        return visible(
                        reach,
                        """
                        select e.tenant, e.deployment, e.at, e.reason, e.message
                        from deployment_event e join deployment d on d.tenant = e.tenant and d.name = e.deployment
                        where\
                        """
                                + VISIBLE
                                + "order by e.id desc limit :most")
                .param("most", most)
                .query(
                        (row, n) ->
                                new EventRow(
                                        row.getString(1),
                                        row.getString(2),
                                        instant(row, 3),
                                        row.getString(4),
                                        row.getString(5)))
                .list();
    }

    /** Tenants by name. */
    public Listed<TenantRow> tenants(String text, String after, int size) {
        List<TenantRow> found =
                pool.client()
                        .sql(
                                """
                                select t.name, t.display_name, t.plan, t.state = 'deleting', t.created_at,
                                    (select count(*) from deployment d where d.tenant = t.name),
                                    (select coalesce(sum(ready_replicas), 0) from deployment d where d.tenant = t.name)
                                from tenant t where t.name > :after
                                    and (:text = '' or t.name ilike :text or t.display_name ilike :text)
                                order by t.name limit :limit\
                                """)
                        .param("after", after)
                        .param("text", pattern(text))
                        .param("limit", size + 1)
                        .query((row, n) -> tenant(row))
                        .list();
        return found.size() <= size
                ? new Listed<>(found, Optional.empty())
                : new Listed<>(found.subList(0, size), Optional.of(found.get(size - 1).name()));
    }

    public Optional<TenantRow> tenant(String name) {
        return pool.client()
                .sql(
                        """
                        select t.name, t.display_name, t.plan, t.state = 'deleting', t.created_at,
                            (select count(*) from deployment d where d.tenant = t.name),
                            (select coalesce(sum(ready_replicas), 0) from deployment d where d.tenant = t.name)
                        from tenant t where t.name = :name\
                        """)
                .param("name", name)
                .query((row, n) -> tenant(row))
                .optional();
    }

    /** Live tokens of a tenant, the newest first. */
    public List<TokenRow> tokens(String tenant) {
        return pool.client()
                .sql(
                        """
                        select id, name, scopes, deployments, created_at, created_by, expires_at, last_used_at
                        from api_token where tenant = :tenant and revoked_at is null
                            and (expires_at is null or expires_at > now())
                        order by created_at desc limit 200\
                        """)
                .param("tenant", tenant)
                .query(
                        (row, n) ->
                                new TokenRow(
                                        row.getString(1),
                                        row.getString(2),
                                        texts(row, 3),
                                        texts(row, 4),
                                        instant(row, 5),
                                        row.getString(6),
                                        Optional.ofNullable(instantOrNull(row, 7)),
                                        Optional.ofNullable(instantOrNull(row, 8))))
                .list();
    }

    private StatementSpec visible(Reach reach, String sql) {
        return pool.client()
                .sql(sql)
                .param("everything", reach.everything())
                .param("tenants", reach.tenants().toArray(String[]::new))
                .param("endpoints", reach.endpoints().toArray(String[]::new));
    }

    private static TenantRow tenant(ResultSet row) throws SQLException {
        return new TenantRow(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getBoolean(4),
                instant(row, 5),
                row.getInt(6),
                row.getInt(7));
    }

    private static DeploymentRow deployment(ResultSet row) throws SQLException {
        return new DeploymentRow(
                row.getString("tenant"),
                row.getString("name"),
                row.getString("phase"),
                row.getString("service"),
                row.getString("mode"),
                row.getInt("ready_replicas"),
                row.getInt("most"),
                row.getBoolean("deleting"),
                row.getString("reason"),
                row.getString("message"),
                row.getTimestamp("updated_at").toInstant());
    }

    private static List<String> texts(ResultSet row, int column) throws SQLException {
        Array array = row.getArray(column);
        List<String> texts = new ArrayList<>();
        for (Object text : (Object[]) array.getArray()) {
            texts.add(String.valueOf(text));
        }
        return List.copyOf(texts);
    }

    private static Instant instant(ResultSet row, int column) throws SQLException {
        return row.getTimestamp(column).toInstant();
    }

    private static @Nullable Instant instantOrNull(ResultSet row, int column) throws SQLException {
        Timestamp at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }

    /** For {@code ilike}; empty stays empty. */
    private static String pattern(String text) {
        String bare = text.strip();
        return bare.isEmpty()
                ? ""
                : "%" + bare.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    }
}
