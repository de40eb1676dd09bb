package dev.marmita.platform.postgres;

import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

/** The database as the adapters use it: plain SQL in transactions of its own, without JPA. */
public record PostgresPool(JdbcClient client, PlatformTransactionManager transactions) {

    public static PostgresPool of(DataSource source) {
        return new PostgresPool(JdbcClient.create(source), new JdbcTransactionManager(source));
    }

    /** Tells listeners on all machines. */
    public void tell(Channel channel, String payload) {
        client.sql("select pg_notify(:channel, :payload)")
                .param("channel", channel.sqlName())
                .param("payload", payload)
                .query((row, n) -> "")
                .list();
    }
}
