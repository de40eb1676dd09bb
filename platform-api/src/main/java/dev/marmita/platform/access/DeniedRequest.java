package dev.marmita.platform.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerMapping;

/** What the audit is told of a refused request to the control API. */
final class DeniedRequest {

    private DeniedRequest() {}

    static Denials.Denial of(
            HttpServletRequest request, Optional<Caller> caller, String reason, int status) {
        @Nullable Object pattern =
                request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        @Nullable Object variables =
                request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        Map<?, ?> names = variables instanceof Map<?, ?> map ? map : Map.of();
        String tenant = name(names.get("tenant"));
        String deployment = name(names.get("deployment"));
        return new Denials.Denial(
                caller.map(Caller::kind).orElse("unknown"),
                caller.map(Caller::id).orElse(""),
                request.getMethod() + " " + (pattern == null ? "" : pattern),
                caller.map(Caller::home).orElse(tenant),
                deployment.isEmpty() ? tenant : tenant + "/" + deployment,
                reason,
                request.getRemoteAddr(),
                status);
    }

    private static String name(@Nullable Object value) {
        return value == null || value.toString().length() > 40 ? "" : value.toString();
    }
}
