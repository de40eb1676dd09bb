package dev.marmita.platform.console.session;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** A browser's request as the API wants it: with the session's bearer in place of the cookie. */
final class SessionRequest extends HttpServletRequestWrapper {

    private final String authorization;

    SessionRequest(HttpServletRequest request, Session session) {
        super(request);
        this.authorization = "Bearer " + session.bearer();
    }

    @Override
    public @Nullable String getHeader(String name) {
        return isAuthorization(name) ? authorization : super.getHeader(name);
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return isAuthorization(name)
                ? Collections.enumeration(Set.of(authorization))
                : super.getHeaders(name);
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        Set<String> names = new LinkedHashSet<>(Collections.list(super.getHeaderNames()));
        names.add(HttpHeaders.AUTHORIZATION);
        return Collections.enumeration(names);
    }

    private static boolean isAuthorization(String name) {
        return HttpHeaders.AUTHORIZATION.equalsIgnoreCase(name);
    }
}
