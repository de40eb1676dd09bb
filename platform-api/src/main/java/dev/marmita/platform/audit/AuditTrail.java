package dev.marmita.platform.audit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/** Reads the audit. */
@Component
class AuditTrail {

    /** What the hash of the first event is chained to. */
    static final String BEGINNING = "0".repeat(64);

    private static final int BATCH = 500;

    private final JdbcClient database;
    private final TransactionOperations transactions;

    AuditTrail(JdbcClient database, TransactionOperations transactions) {
        this.database = database;
        this.transactions = transactions;
    }

    /** One event; {@code body} is exactly what was hashed. */
    record Event(long seq, String hash, String body) {}

    /**
     * Which events; empty texts: any.
     *
     * @param action or the beginning of one
     * @param resource or the beginning of one
     */
    record Filter(
            String tenant,
            String actor,
            String action,
            String resource,
            String outcome,
            Optional<Instant> from,
            Optional<Instant> to) {}

    /** The newest {@code limit} before {@code before}, newest first. */
    List<Event> search(Filter filter, long before, int limit) {
        return find(filter, "and seq < :edge order by seq desc", before, limit);
    }

    /** Writes all of them, oldest first, a line each, as {@link ChainCheck} reads them. */
    void export(Filter filter, Writer to) {
        long last = 0;
        List<Event> batch;
        do {
            batch = find(filter, "and seq > :edge order by seq", last, BATCH);
            for (Event event : batch) {
                last = event.seq();
                write(event, to);
            }
        } while (batch.size() == BATCH);
    }

    private static void write(Event event, Writer to) {
        try {
            to.write(
                    "{\"seq\":%d,\"hash\":\"%s\",\"event\":%s}\n"
                            .formatted(event.seq(), event.hash(), event.body()));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private List<Event> find(Filter filter, String edge, long at, int limit) {
        return database.sql(
                        """
                        select seq, hash, body from audit_event
                        where seq is not null
                            and (:tenant = '' or tenant = :tenant)
                            and (:actor = '' or actor = :actor)
                            and (:action = '' or starts_with(action, :action))
                            and (:resource = '' or starts_with(resource, :resource))
                            and (:outcome = '' or outcome = :outcome)
                            and at >= :from and at < :to
                        """
                                + edge
                                + " limit :limit")
                .param("tenant", filter.tenant())
                .param("actor", filter.actor())
                .param("action", filter.action())
                .param("resource", filter.resource())
                .param("outcome", filter.outcome())
                .param("from", Timestamp.from(filter.from().orElse(Instant.EPOCH)))
                .param("to", Timestamp.from(filter.to().orElse(FAR)))
                .param("edge", at)
                .param("limit", limit)
                .query((row, n) -> event(row))
                .list();
    }

    private static final Instant FAR = Instant.parse("9999-01-01T00:00:00Z");

    /**
     * Reads the whole chain.
     *
     * @param anchor an end of the chain that was written down elsewhere
     */
    ChainCheck.Verdict verify(Optional<ChainCheck.Anchor> anchor) {
        return transactions.execute(
                tx -> {
                    var check = new ChainCheck(anchor);
                    List<Event> batch;
                    do {
                        batch = batch(check.seq());
                        batch.forEach(check::next);
                    } while (batch.size() == BATCH && check.sound());
                    ChainCheck.Anchor end =
                            database.sql("select seq, hash from audit_chain")
                                    .query(
                                            (row, n) ->
                                                    new ChainCheck.Anchor(
                                                            row.getLong(1), row.getString(2)))
                                    .single();
                    // What was committed meanwhile.
                    new ArrayList<>(batch(check.seq())).forEach(check::next);
                    return check.end(end);
                });
    }

    private List<Event> batch(long after) {
        return database.sql(
                        "select seq, hash, body from audit_event where seq > :after order by seq limit :limit")
                .param("after", after)
                .param("limit", BATCH)
                .query((row, n) -> event(row))
                .list();
    }

    private static Event event(ResultSet row) throws SQLException {
        return new Event(row.getLong(1), row.getString(2), row.getString(3));
    }
}
