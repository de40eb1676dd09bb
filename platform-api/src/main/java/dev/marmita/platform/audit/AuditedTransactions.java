package dev.marmita.platform.audit;

import dev.marmita.platform.access.Caller;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;
import org.springframework.web.servlet.HandlerMapping;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells the database in every transaction of a request who makes it; triggers write that down with each
 * change (migration {@code audit}), so a change and its event are one. Work of nobody's request is the
 * system's.
 */
@Component
final class AuditedTransactions implements TransactionExecutionListener {

    private static final Set<String> HARMLESS = Set.of("GET", "HEAD", "OPTIONS");

    private final ObjectProvider<JdbcClient> database;
    private final JsonMapper json;

    AuditedTransactions(ObjectProvider<JdbcClient> database, JsonMapper json) {
        this.database = database;
        this.json = json;
    }

    @Override
    public void afterBegin(TransactionExecution transaction, @Nullable Throwable failure) {
        if (failure != null || transaction.isReadOnly()) {
            return;
        }
        request()
                .filter(request -> !HARMLESS.contains(request.getMethod()))
                .ifPresent(
                        request ->
                                database.getObject()
                                        .sql("select set_config('marmita.audit', :context, true)")
                                        .param("context", json.writeValueAsString(context(request)))
                                        .query((row, n) -> "")
                                        .list());
    }

    private static Optional<HttpServletRequest> request() {
        return RequestContextHolder.getRequestAttributes()
                        instanceof ServletRequestAttributes attributes
                ? Optional.of(attributes.getRequest())
                : Optional.empty();
    }

    private static Map<String, Object> context(HttpServletRequest request) {
        Map<String, Object> context = new TreeMap<>();
        context.put("actor", actor());
        context.put("source", request.getRemoteAddr());
        context.put("requestId", Optional.ofNullable(MDC.get("requestId")).orElse(""));
        @Nullable Object pattern =
                request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        context.put("request", request.getMethod() + " " + (pattern == null ? "" : pattern));
        return context;
    }

    private static Map<String, Object> actor() {
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        if (authentication == null || !(authentication.getPrincipal() instanceof Caller caller)) {
            return Map.of("kind", "unknown", "id", "");
        }
        return Map.of("kind", caller.kind(), "id", caller.id(), "name", caller.label());
    }
}
