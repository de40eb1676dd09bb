package dev.marmita.platform.postgres;

import java.util.Locale;

/** What is told by {@code NOTIFY}. */
public enum Channel {
    /** The route table has another version. No payload. */
    ROUTES,
    /** A request waits for a replica. Payload: {@code tenant/deployment}. */
    WAKE,
    /** The scheduler should look at a deployment. Payload: {@code tenant/deployment}. */
    CHANGED,
    /** A gateway sees another load, or serves by another table. No payload. */
    LOAD,
    /** Labels of models or services moved. No payload. */
    LABELS;

    /** As the database knows it. */
    String sqlName() {
        return "marmita_" + name().toLowerCase(Locale.ROOT);
    }
}
