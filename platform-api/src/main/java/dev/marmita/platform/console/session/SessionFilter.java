package dev.marmita.platform.console.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marmita.platform.access.Callers;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemAdvice;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.platform.web.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Turns a session's cookie into the bearer that the API knows, so that a browser passes through the same door as
 * everybody: the console's pages and the REST API see a caller with a token, and nothing else. What a browser
 * changes must carry the session's CSRF token.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 5)
final class SessionFilter extends OncePerRequestFilter {

    static final String CSRF_HEADER = "X-Csrf-Token";

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
                    + " connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri"
                    + " 'none'";

    private final Sessions sessions;
    private final Callers callers;
    private final ProblemAdvice advice;
    private final ProblemWriter problems;

    SessionFilter(
            Sessions sessions, Callers callers, ProblemAdvice advice, ProblemWriter problems) {
        this.sessions = sessions;
        this.callers = callers;
        this.advice = advice;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = request.getRequestURI();
        return !isConsole(path) && !path.startsWith("/api/v1/");
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (isConsole(request.getRequestURI())) {
            response.setHeader("Content-Security-Policy", POLICY);
            response.setHeader("Referrer-Policy", "same-origin");
        }
        if (request.getHeader(HttpHeaders.AUTHORIZATION) != null || isOpen(request)) {
            chain.doFilter(request, response);
            return;
        }
        Session session;
        try {
            session = session(request, response);
            if (session != null) {
                check(request, session);
            }
        } catch (RuntimeException failure) {
            problems.write(request, response, advice.translate(failure));
            return;
        }
        if (session != null) {
            request.setAttribute(Session.ATTRIBUTE, session);
            chain.doFilter(new SessionRequest(request, session), response);
        } else if (isNavigation(request)) {
            response.setStatus(HttpStatus.SEE_OTHER.value());
            response.setHeader(HttpHeaders.LOCATION, "/console/sign-in?next=" + target(request));
        } else {
            chain.doFilter(request, response);
        }
    }

    /** A session whose token was revoked or expired meanwhile is over. */
    private @Nullable Session session(HttpServletRequest request, HttpServletResponse response) {
        Optional<String> id = SessionCookie.read(request);
        if (id.isEmpty()) {
            return null;
        }
        Optional<Session> found = sessions.find(id.get());
        if (found.isPresent() && callers.find(found.get().bearer()).isPresent()) {
            return found.get();
        }
        sessions.close(id.get());
        SessionCookie.clear(request, response);
        return null;
    }

    private static void check(HttpServletRequest request, Session session) {
        if (SAFE.contains(request.getMethod())) {
            return;
        }
        String sent = request.getHeader(CSRF_HEADER);
        if (sent == null
                || !MessageDigest.isEqual(sent.getBytes(UTF_8), session.csrf().getBytes(UTF_8))) {
            throw ProblemException.of(
                    ErrorCode.FORBIDDEN,
                    "This change did not come from a page of this session; reload the page and try"
                            + " again");
        }
    }

    private static boolean isConsole(String path) {
        return path.equals("/") || path.equals("/console") || path.startsWith("/console/");
    }

    private static boolean isOpen(HttpServletRequest request) {
        String path = request.getRequestURI();
        return path.startsWith("/console/assets/") || path.equals("/console/sign-in");
    }

    /** A person's browser that goes to a page, not a script or a program. */
    private static boolean isNavigation(HttpServletRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return isConsole(request.getRequestURI())
                && request.getMethod().equals("GET")
                && accept != null
                && accept.contains("text/html");
    }

    private static String target(HttpServletRequest request) {
        String query = request.getQueryString();
        return URLEncoder.encode(
                request.getRequestURI() + (query == null ? "" : "?" + query), UTF_8);
    }
}
