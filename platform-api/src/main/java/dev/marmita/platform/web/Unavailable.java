package dev.marmita.platform.web;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientException;
import org.springframework.http.HttpHeaders;

/** Tells a database that is gone from a request that is wrong. */
public final class Unavailable {

    private Unavailable() {}

    /** What a caller is told while the database is gone. */
    public static ProblemException database() {
        return ProblemException.of(
                        ErrorCode.UNAVAILABLE,
                        "The database does not answer; what is deployed goes on serving. Try again soon")
                .withHeader(HttpHeaders.RETRY_AFTER, "2");
    }

    /** Whether the connection to the database is the trouble, by SQL state classes 08, 53 and 57. */
    public static boolean isDatabaseGone(Throwable failure) {
        int depth = 0;
        for (Throwable t = failure; t != null && depth++ < 20; t = t.getCause()) {
            if (t instanceof SQLTransientException
                    || t instanceof SQLNonTransientConnectionException) {
                return true;
            }
            if (t instanceof SQLException sql) {
                String state = sql.getSQLState();
                if (state != null && state.matches("(08|53|57P).*")) {
                    return true;
                }
            }
        }
        return false;
    }
}
