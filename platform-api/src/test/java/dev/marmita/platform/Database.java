package dev.marmita.platform;

import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Looks into the platform's tables. */
final class Database {

    private Database() {}

    static JdbcClient of(RunningPlatform platform) {
        return JdbcClient.create(platform.bean(DataSource.class));
    }

    /** Every column of the access tables as text. */
    static String dump(RunningPlatform platform) {
        var text = new StringBuilder();
        for (String table : List.of("tenant", "api_token", "idempotent_request", "route")) {
            of(platform)
                    .sql("select t::text from " + table + " t")
                    .query(String.class)
                    .list()
                    .forEach(text::append);
        }
        return text.toString();
    }
}
