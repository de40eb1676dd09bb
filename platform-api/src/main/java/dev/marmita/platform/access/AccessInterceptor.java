package dev.marmita.platform.access;

import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.TenantId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/** Holds every handler to the permission that it declares; one that declares none serves nobody. */
final class AccessInterceptor implements HandlerInterceptor {

    private final Denials denials;

    AccessInterceptor(Denials denials) {
        this.denials = denials;
    }

    @Override
    public boolean preHandle(
            HttpServletRequest request, HttpServletResponse response, Object handler) {
        if (!(handler instanceof HandlerMethod method)
                || method.hasMethodAnnotation(Public.class)
                || isSpringsOwn(method)) {
            return true;
        }
        Requires requires = method.getMethodAnnotation(Requires.class);
        if (requires == null) {
            throw new IllegalStateException("no permission declared: " + method);
        }
        Optional<Caller> caller = caller();
        if (caller.isEmpty()) {
            denials.denied(DeniedRequest.of(request, Optional.empty(), "UNAUTHENTICATED", 401));
            throw BearerTokenFilter.unauthenticated("Send a token: Authorization: Bearer mmt_…");
        }
        check(caller.get(), requires.value(), request);
        return true;
    }

    static Optional<Caller> caller() {
        return SecurityContextHolder.getContext().getAuthentication()
                        instanceof CallerAuthentication authentication
                ? Optional.of(authentication.getPrincipal())
                : Optional.empty();
    }

    private void check(Caller caller, Permission permission, HttpServletRequest request) {
        Caller.Decision decision =
                caller.decide(
                        permission,
                        variable(request, "tenant", TenantId::new),
                        variable(request, "deployment", DeploymentName::new));
        switch (decision) {
            case ALLOWED -> {
                return;
            }
            case FORBIDDEN -> {
                denials.denied(DeniedRequest.of(request, Optional.of(caller), "FORBIDDEN", 403));
                throw ProblemException.of(
                        ErrorCode.FORBIDDEN,
                        "This token does not allow it; it needs " + permission.wording() + ".");
            }
            case HIDDEN -> {
                denials.denied(DeniedRequest.of(request, Optional.of(caller), "HIDDEN", 404));
                throw ProblemException.of(
                        ErrorCode.NOT_FOUND, "There is no such tenant or deployment");
            }
        }
    }

    private static <T> Optional<T> variable(
            HttpServletRequest request, String name, Function<String, T> type) {
        Object variables = request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE);
        @Nullable Object value = variables instanceof Map<?, ?> map ? map.get(name) : null;
        try {
            return Optional.ofNullable(value).map(text -> type.apply(text.toString()));
        } catch (IllegalArgumentException invalid) {
            throw ProblemException.field(name, String.valueOf(invalid.getMessage()));
        }
    }

    /** Answers to OPTIONS and the like, which tell of no data. */
    private static boolean isSpringsOwn(HandlerMethod method) {
        return method.getBeanType().getName().startsWith("org.springframework.web.");
    }
}
