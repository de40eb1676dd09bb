package dev.marmita.platform;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code marmita.database.*}.
 *
 * @param url JDBC URL of a PostgreSQL; absent: one is started, in role {@code all}
 * @param port of the one that is started; 0: any free one, the same after a restart
 * @param maxConnections kept open at most
 */
@ConfigurationProperties("marmita.database")
public record DatabaseProperties(
        @Nullable String url,
        @Nullable String user,
        @Nullable String password,
        @DefaultValue("0") int port,
        @DefaultValue("20") int maxConnections) {

    /** Keeps the password out of logs. */
    @Override
    public String toString() {
        return "DatabaseProperties[url=" + url + ", user=" + user + "]";
    }
}
