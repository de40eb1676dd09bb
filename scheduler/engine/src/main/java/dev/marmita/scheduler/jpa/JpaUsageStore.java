package dev.marmita.scheduler.jpa;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Page;
import dev.marmita.scheduler.PageTokens;
import dev.marmita.scheduler.UsageStore;
import jakarta.persistence.EntityManager;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.springframework.transaction.support.TransactionTemplate;

/** The use of replicas as rows. */
final class JpaUsageStore implements UsageStore {

    private static final char SEPARATOR = ' ';

    private final EntityManager entities;
    private final TransactionTemplate transactions;

    JpaUsageStore(EntityManager entities, TransactionTemplate transactions) {
        this.entities = entities;
        this.transactions = transactions;
    }

    @Override
    public void write(List<Checkpoint> checkpoints) {
        transactions.executeWithoutResult(_ -> checkpoints.forEach(this::write));
    }

    private void write(Checkpoint checkpoint) {
        entities.createNativeQuery(
                        """
                        insert into usage_span (replica, tenant, deployment, revision, node_pool,
                            cpu_millis, memory_bytes, started_at, until, is_open)
                        values (:replica, :tenant, :deployment, :revision, :pool,
                            :cpu, :memory, :started, :until, :open)
                        on conflict (replica) do update
                        set until = greatest(usage_span.until, excluded.until),
                            is_open = excluded.is_open
                        where usage_span.is_open""")
                .setParameter("replica", checkpoint.replica())
                .setParameter("tenant", checkpoint.endpoint().tenant().value())
                .setParameter("deployment", checkpoint.endpoint().deployment().value())
                .setParameter("revision", checkpoint.revision())
                .setParameter("pool", checkpoint.nodePool())
                .setParameter("cpu", checkpoint.cpuMillis())
                .setParameter("memory", checkpoint.memoryBytes())
                .setParameter("started", checkpoint.from())
                .setParameter("until", checkpoint.to())
                .setParameter("open", checkpoint.open())
                .executeUpdate();
    }

    @Override
    public void closeAllBut(Set<String> replicas) {
        List<String> kept = replicas.isEmpty() ? List.of("") : List.copyOf(replicas);
        transactions.executeWithoutResult(
                _ ->
                        entities.createNativeQuery(
                                        "update usage_span set is_open = false"
                                                + " where is_open and replica not in (:kept)")
                                .setParameter("kept", kept)
                                .executeUpdate());
    }

    @Override
    public Page<Span> spans(
            TenantId tenant, Instant from, Instant to, int pageSize, Optional<String> pageToken) {
        int size = PageTokens.bounded(pageSize);
        String[] after =
                PageTokens.key(pageToken, Instant.EPOCH.toString() + SEPARATOR)
                        .split(String.valueOf(SEPARATOR), -1);
        Instant afterStart;
        try {
            afterStart = Instant.parse(after[0]);
        } catch (DateTimeParseException e) {
            throw PageTokens.badToken();
        }
        if (after.length != 2) {
            throw PageTokens.badToken();
        }
        List<UsageEntity> found =
                Objects.requireNonNull(
                        transactions.execute(
                                _ -> page(tenant, from, to, afterStart, after[1], size + 1)));
        Page<UsageEntity> page =
                PageTokens.page(found, size, u -> u.startedAt.toString() + SEPARATOR + u.replica);
        return new Page<>(
                page.items().stream().map(u -> u.span(from, to)).toList(), page.nextPageToken());
    }

    private List<UsageEntity> page(
            TenantId tenant, Instant from, Instant to, Instant afterStart, String after, int most) {
        return entities.createQuery(
                        """
                        select u from UsageEntity u
                        where u.tenant = :tenant and u.startedAt < :to and u.until > :from
                          and (u.startedAt > :afterStart
                               or (u.startedAt = :afterStart and u.replica > :after))
                        order by u.startedAt, u.replica""",
                        UsageEntity.class)
                .setParameter("tenant", tenant.value())
                .setParameter("from", from)
                .setParameter("to", to)
                .setParameter("afterStart", afterStart)
                .setParameter("after", after)
                .setMaxResults(most)
                .getResultList();
    }

    @Override
    public List<Slice> slices(TenantId tenant, Instant from, Instant to, Cut cut, ZoneId zone) {
        return Objects.requireNonNull(
                transactions.execute(_ -> UsageSlices.read(entities, tenant, from, to, cut, zone)));
    }

    @Override
    public List<Total> totals(TenantId tenant, Instant from, Instant to) {
        List<?> rows =
                Objects.requireNonNull(
                        transactions.execute(
                                _ ->
                                        entities.createNativeQuery(
                                                        """
                                                        select deployment, node_pool, sum(s) as replicas,
                                                            sum(s * cpu_millis / 1000.0) as cpu,
                                                            sum(s * memory_bytes / 1073741824.0) as memory
                                                        from (select deployment, node_pool, cpu_millis,
                                                                memory_bytes,
                                                                extract(epoch from least(until, :to)
                                                                    - greatest(started_at, :from)) as s
                                                              from usage_span
                                                              where tenant = :tenant and started_at < :to
                                                                and until > :from) spans
                                                        group by deployment, node_pool
                                                        order by deployment, node_pool""")
                                                .setParameter("tenant", tenant.value())
                                                .setParameter("from", from)
                                                .setParameter("to", to)
                                                .getResultList()));
        return rows.stream().map(row -> total(tenant, (Object[]) row)).toList();
    }

    private static Total total(TenantId tenant, Object[] row) {
        return new Total(
                EndpointId.of(tenant.value(), (String) row[0]),
                (String) row[1],
                ((Number) row[2]).doubleValue(),
                ((Number) row[3]).doubleValue(),
                ((Number) row[4]).doubleValue());
    }
}
