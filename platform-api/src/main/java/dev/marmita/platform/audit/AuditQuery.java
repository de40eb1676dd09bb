package dev.marmita.platform.audit;

import dev.marmita.platform.audit.AuditTrail.Filter;
import dev.marmita.platform.web.ProblemException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which events, from a query. Absent: any.
 *
 * @param actor id of a token or member
 * @param action or the beginning of one: {@code deployment.}
 * @param resource or the beginning of one: {@code acme/}
 * @param outcome {@code done} or {@code denied}
 * @param from not before, like {@code 2026-11-01T12:00:00Z}
 * @param to before
 */
record AuditQuery(
        @Nullable String actor,
        @Nullable String action,
        @Nullable String resource,
        @Nullable String outcome,
        @Nullable String from,
        @Nullable String to) {

    Filter in(@Nullable String tenant) {
        return new Filter(
                text(tenant),
                text(actor),
                text(action),
                text(resource),
                text(outcome),
                moment("from", from),
                moment("to", to));
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    private static Optional<Instant> moment(String field, @Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeParseException wrong) {
            throw ProblemException.field(field, "must be like 2026-11-01T12:00:00Z");
        }
    }
}
