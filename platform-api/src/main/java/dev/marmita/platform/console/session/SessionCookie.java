package dev.marmita.platform.console.session;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseCookie;
import org.springframework.web.util.WebUtils;

/** The cookie that holds a session's id: for this site only, out of reach of scripts. */
public final class SessionCookie {

    /** Browsers accept the prefix from TLS only, and then from this very host only. */
    private static final String SECURE_NAME = "__Host-marmita-session";

    private static final String PLAIN_NAME = "marmita-session";

    private SessionCookie() {}

    /** The id that the browser sent. */
    static Optional<String> read(HttpServletRequest request) {
        Cookie cookie = WebUtils.getCookie(request, name(request));
        return cookie == null ? Optional.empty() : Optional.of(cookie.getValue());
    }

    /** Hands the session to the browser. */
    public static void write(
            HttpServletRequest request, HttpServletResponse response, Session session) {
        set(request, response, session.id(), Sessions.LIFETIME);
    }

    /** Takes it away. */
    public static void clear(HttpServletRequest request, HttpServletResponse response) {
        set(request, response, "", Duration.ZERO);
    }

    private static void set(
            HttpServletRequest request,
            HttpServletResponse response,
            String value,
            Duration lifetime) {
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                ResponseCookie.from(name(request), value)
                        .path("/")
                        .httpOnly(true)
                        .secure(request.isSecure())
                        .sameSite("Strict")
                        .maxAge(lifetime)
                        .build()
                        .toString());
    }

    private static String name(HttpServletRequest request) {
        return request.isSecure() ? SECURE_NAME : PLAIN_NAME;
    }
}
