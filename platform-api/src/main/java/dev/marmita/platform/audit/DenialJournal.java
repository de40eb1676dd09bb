package dev.marmita.platform.audit;

import dev.marmita.platform.access.Denials;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.TransactionException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Denied accesses on their way into the audit. Equal ones are counted together; of a flood of different
 * ones the first {@value #MOST} are kept apart and the rest counted as one, and the longer a flood lasts the
 * rarer it is written. So whoever knocks fast costs neither memory nor disk. A crash forgets what was not
 * written yet, some seconds in quiet times.
 */
public final class DenialJournal implements Denials, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DenialJournal.class);
    private static final int MOST = 50;
    private static final int LONGEST_PAUSE = 60;
    private static final Denial OTHERS =
            new Denial("unknown", "", "", "", "", "TOO_MANY_TO_TELL_APART", "", 0);

    private static final class Tally {
        private final Instant first;
        private Instant last;
        private long count;

        Tally(Instant first) {
            this.first = first;
            this.last = first;
        }
    }

    private final JdbcClient database;
    private final JsonMapper json;
    private final InstantSource clock;
    private Map<Denial, Tally> lately = new LinkedHashMap<>();
    private boolean flooded;
    private int pause = 1;
    private int skipped;

    public DenialJournal(JdbcClient database, JsonMapper json, InstantSource clock) {
        this.database = database;
        this.json = json;
        this.clock = clock;
    }

    @Override
    public synchronized void denied(Denial denial) {
        Instant now = clock.instant();
        Denial key = denial;
        if (lately.size() >= MOST && !lately.containsKey(denial)) {
            flooded = true;
            key = OTHERS;
        }
        Tally tally = lately.computeIfAbsent(key, _ -> new Tally(now));
        tally.last = now;
        tally.count++;
    }

    /** Every five seconds, in a flood down to every five minutes. */
    @Scheduled(fixedDelay = 5_000)
    void write() {
        if (isDue()) {
            flush();
        }
    }

    /** Writes what is waiting, flood or not. */
    public void flush() {
        Map<Denial, Tally> due = take();
        if (due.isEmpty()) {
            return;
        }
        try {
            Map<String, String> homes = homes(due);
            due.forEach((denial, tally) -> write(denial, tally, homes));
        } catch (DataAccessException | TransactionException lost) {
            LOG.warn(
                    "{} denied accesses are not in the audit: {}",
                    due.values().stream().mapToLong(tally -> tally.count).sum(),
                    lost.getMessage());
        }
    }

    @Override
    public void close() {
        flush();
    }

    /** Different denials that wait. */
    synchronized int kept() {
        return lately.size();
    }

    private synchronized boolean isDue() {
        return ++skipped >= pause;
    }

    private synchronized Map<Denial, Tally> take() {
        skipped = 0;
        pause = flooded ? Math.min(LONGEST_PAUSE, pause * 2) : 1;
        flooded = false;
        Map<Denial, Tally> due = lately;
        lately = new LinkedHashMap<>();
        return due;
    }

    /** The gateway knows a token by its id only; the tenant is looked up here. */
    private Map<String, String> homes(Map<Denial, Tally> due) {
        String[] ids =
                due.keySet().stream()
                        .filter(denial -> denial.actorKind().equals("token"))
                        .map(Denial::actorId)
                        .distinct()
                        .toArray(String[]::new);
        Map<String, String> homes = new HashMap<>();
        database.sql("select id, coalesce(tenant, '') from api_token where id = any(:ids)")
                .param("ids", ids)
                .query(
                        row -> {
                            homes.put(row.getString(1), row.getString(2));
                        });
        return homes;
    }

    private void write(Denial denial, Tally tally, Map<String, String> homes) {
        String tenant =
                denial.actorKind().equals("token")
                        ? homes.getOrDefault(denial.actorId(), "")
                        : denial.tenant();
        Map<String, Object> body = new TreeMap<>();
        body.put("at", tally.last.truncatedTo(ChronoUnit.MICROS).toString());
        body.put("since", tally.first.truncatedTo(ChronoUnit.MICROS).toString());
        body.put("count", tally.count);
        body.put("actor", Map.of("kind", denial.actorKind(), "id", denial.actorId()));
        body.put("action", "access.denied");
        body.put("outcome", "denied");
        body.put("reason", denial.reason());
        body.put("request", denial.request());
        body.put("resource", denial.resource());
        body.put("source", denial.source());
        body.put("status", denial.status());
        if (!tenant.isEmpty()) {
            body.put("tenant", tenant);
        }
        database.sql("insert into audit_event (at, body) values (:at, :body)")
                .param("at", java.sql.Timestamp.from(tally.last.truncatedTo(ChronoUnit.MICROS)))
                .param("body", json.writeValueAsString(body))
                .update();
    }
}
