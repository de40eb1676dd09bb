package dev.marmita.platform.audit;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Denials;
import dev.marmita.platform.postgres.PostgresPool;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/** Writes down who signs in at the console and out of it, and who is refused. */
@Component
public final class SignIns {

    private static final String SIGN_IN = "console.signed-in";
    private static final String SIGN_OUT = "console.signed-out";

    private final PostgresPool pool;
    private final JsonMapper json;
    private final InstantSource clock;
    private final Denials denials;

    SignIns(PostgresPool pool, JsonMapper json, InstantSource clock, Denials denials) {
        this.pool = pool;
        this.json = json;
        this.clock = clock;
        this.denials = denials;
    }

    /**
     * Somebody has shown who he is, and gets a session once this returns.
     *
     * @throws org.springframework.dao.DataAccessException where it cannot be written down
     */
    public void signedIn(Caller caller, HttpServletRequest request) {
        write(SIGN_IN, caller, request);
    }

    /** His session ends. */
    public void signedOut(Caller caller, HttpServletRequest request) {
        write(SIGN_OUT, caller, request);
    }

    /** What was shown is good for nothing. */
    public void refused(HttpServletRequest request, String reason) {
        denials.denied(
                new Denials.Denial(
                        "unknown",
                        "",
                        request.getMethod() + " " + pattern(request),
                        "",
                        "",
                        reason,
                        String.valueOf(request.getRemoteAddr()),
                        401));
    }

    private void write(String action, Caller caller, HttpServletRequest request) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Map<String, Object> body = new TreeMap<>();
        body.put("at", now.toString());
        body.put("actor", Map.of("kind", caller.kind(), "id", caller.id(), "name", caller.label()));
        body.put("action", action);
        body.put("outcome", "done");
        body.put("source", String.valueOf(request.getRemoteAddr()));
        body.put("requestId", Optional.ofNullable(MDC.get("requestId")).orElse(""));
        if (!caller.home().isEmpty()) {
            body.put("tenant", caller.home());
        }
        pool.client()
                .sql("insert into audit_event (at, body) values (:at, :body)")
                .param("at", Timestamp.from(now))
                .param("body", json.writeValueAsString(body))
                .update();
    }

    /** Without the names and codes in it. */
    private static String pattern(HttpServletRequest request) {
        @Nullable Object pattern =
                request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        return pattern == null ? "" : pattern.toString();
    }
}
