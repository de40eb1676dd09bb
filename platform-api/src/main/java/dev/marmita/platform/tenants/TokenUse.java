package dev.marmita.platform.tenants;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.transaction.TransactionException;

/**
 * When tokens were used last: collected in memory, written every few seconds. A crash may forget the last
 * of it. Never blocks whoever reports a use.
 */
public final class TokenUse {

    private static final Logger LOG = LoggerFactory.getLogger(TokenUse.class);
    private static final int MOST = 10_000;

    private final JdbcClient database;
    private final Map<String, Instant> lately = new ConcurrentHashMap<>();

    public TokenUse(JdbcClient database) {
        this.database = database;
    }

    /** Beyond 10,000 tokens between two writes, further ones are not noted. */
    public void used(String tokenId, Instant at) {
        if (lately.size() < MOST || lately.containsKey(tokenId)) {
            lately.put(tokenId, at);
        }
    }

    @Scheduled(fixedDelay = 5_000)
    void write() {
        for (Map.Entry<String, Instant> each : Map.copyOf(lately).entrySet()) {
            try {
                database.sql(
                                """
                                update api_token set last_used_at = :at
                                where id = :id and (last_used_at is null or last_used_at < :at)""")
                        .param("at", java.sql.Timestamp.from(each.getValue()))
                        .param("id", each.getKey())
                        .update();
                lately.remove(each.getKey(), each.getValue());
            } catch (DataAccessException | TransactionException later) {
                LOG.debug("token use is written later: {}", later.toString());
                return;
            }
        }
    }
}
