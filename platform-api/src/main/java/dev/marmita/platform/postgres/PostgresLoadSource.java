package dev.marmita.platform.postgres;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Load;
import dev.marmita.scheduler.LoadSource;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What gateways reported, kept in memory and read again when one of them says that it changed, and every few
 * seconds.
 * A gateway that has not reported for ten seconds counts no longer – unless nobody could: after an outage of the
 * database each one known before has ten seconds to come back, so that nothing is taken for idle by mistake.
 */
public final class PostgresLoadSource implements LoadSource, AutoCloseable {

    private static final Duration LIVE = Duration.ofSeconds(10);

    private static final String LIVE_NOW = "g.reported_at > now() - interval '10 seconds'";
    private static final String LIVE_BEFORE_OUTAGE =
            "g.reported_at > (select max(reported_at) from gateway_instance) - interval '10 seconds'";

    private record Entry(int inFlight, int queued, long lastRequestAgoMillis) {

        private static final Entry NONE = new Entry(0, 0, Long.MAX_VALUE);

        Entry plus(Entry other) {
            return new Entry(
                    inFlight + other.inFlight,
                    queued + other.queued,
                    Math.min(lastRequestAgoMillis, other.lastRequestAgoMillis));
        }
    }

    private record RouteState(long generation, boolean there, long tableVersion) {}

    /**
     * @param oldestTable the lowest version by which a live gateway serves; {@link Long#MAX_VALUE} without any
     * @param readNanos when it was read
     */
    private record Seen(
            Map<EndpointId, Entry> loads,
            Map<EndpointId, RouteState> routes,
            long oldestTable,
            long readNanos) {}

    private final JdbcClient database;
    private final Refresher refresher;
    private final Signals.Subscription onLoad;
    private final Signals.Subscription onRoutes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition refreshed = lock.newCondition();
    private volatile Seen seen;
    private long outageEndedNanos;

    public PostgresLoadSource(PostgresPool pool, Signals signals) {
        this.database = pool.client();
        this.seen = new Seen(Map.of(), Map.of(), Long.MAX_VALUE, System.nanoTime());
        this.outageEndedNanos = System.nanoTime();
        this.refresher = new Refresher("load-refresh", this::refresh);
        this.onLoad = signals.on(Channel.LOAD, _ -> refresher.ask());
        this.onRoutes = signals.on(Channel.ROUTES, _ -> refresher.ask());
        refresher.ask();
    }

    @Override
    public Load load(EndpointId endpoint) {
        Seen now = seen;
        Entry entry = now.loads().getOrDefault(endpoint, Entry.NONE);
        long ago = entry.lastRequestAgoMillis();
        // While the database is gone, nobody ages: that a gateway cannot tell is not that it is
        // idle.
        long since =
                Math.clamp(
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - now.readNanos()),
                        0,
                        LIVE.toMillis());
        return new Load(
                endpoint,
                entry.inFlight(),
                entry.queued(),
                ago == Long.MAX_VALUE ? ago : ago + since);
    }

    @Override
    public boolean settled(EndpointId endpoint, long routeGeneration) {
        Seen now = seen;
        RouteState route = now.routes().get(endpoint);
        return route != null
                && (!route.there() || route.generation() >= routeGeneration)
                && now.oldestTable() >= route.tableVersion();
    }

    /**
     * Waits until every live gateway serves by that version of the route table or a newer one.
     *
     * @return false where the time was over before
     */
    public boolean awaitTable(long version, Duration limit) {
        return await(now -> now.oldestTable() >= version, limit);
    }

    /**
     * Waits until the endpoint has a route and every live gateway serves by it.
     *
     * @return false where the time was over before
     */
    public boolean awaitRoute(EndpointId endpoint, Duration limit) {
        return await(
                now -> {
                    RouteState route = now.routes().get(endpoint);
                    return route != null
                            && route.there()
                            && now.oldestTable() >= route.tableVersion();
                },
                limit);
    }

    private boolean await(Predicate<Seen> wanted, Duration limit) {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (!wanted.test(seen)) {
                if (left <= 0) {
                    return false;
                }
                left = refreshed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void see(Seen next) {
        lock.lock();
        try {
            seen = next;
            refreshed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void refresh() {
        long now = System.nanoTime();
        if (now - seen.readNanos() > 2 * LIVE.toNanos()) {
            outageEndedNanos = now;
        }
        // After an outage, gateways that reported shortly before it still count.
        boolean lenient = now - outageEndedNanos < LIVE.toNanos();
        String live = lenient ? LIVE_BEFORE_OUTAGE : LIVE_NOW;
        Map<EndpointId, Entry> loads = new HashMap<>();
        database.sql(
                        """
                        select l.tenant, l.deployment, l.in_flight, l.queued,
                            extract(epoch from g.reported_at - l.last_request_at) * 1000 as ago
                        from gateway_load l join gateway_instance g on g.id = l.gateway
                        where\s"""
                                + live)
                .query(
                        row -> {
                            loads.merge(endpoint(row), entry(row), Entry::plus);
                        });
        Map<EndpointId, RouteState> routes = new HashMap<>();
        database.sql(
                        "select tenant, deployment, generation, body is not null as there, table_version from route")
                .query(
                        row -> {
                            routes.put(
                                    endpoint(row),
                                    new RouteState(
                                            row.getLong("generation"),
                                            row.getBoolean("there"),
                                            row.getLong("table_version")));
                        });
        long oldestTable =
                database.sql(
                                "select coalesce(min(table_version), "
                                        + Long.MAX_VALUE
                                        + ") from gateway_instance g where "
                                        + live)
                        .query(Long.class)
                        .single();
        see(new Seen(Map.copyOf(loads), Map.copyOf(routes), oldestTable, now));
    }

    private static EndpointId endpoint(ResultSet row) throws SQLException {
        return EndpointId.of(row.getString("tenant"), row.getString("deployment"));
    }

    private static Entry entry(ResultSet row) throws SQLException {
        double ago = row.getDouble("ago");
        return new Entry(
                row.getInt("in_flight"),
                row.getInt("queued"),
                row.wasNull() ? Long.MAX_VALUE : Math.max(0, (long) ago));
    }

    @Override
    public void close() {
        onLoad.close();
        onRoutes.close();
        refresher.close();
    }
}
