package dev.marmita.platform.access;

import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemAdvice;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.platform.web.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/** Finds the caller behind {@code Authorization: Bearer …}; a token that is not good ends the request. */
final class BearerTokenFilter extends OncePerRequestFilter {

    private static final String PREFIX = "bearer ";

    private final Callers callers;
    private final ProblemAdvice advice;
    private final ProblemWriter problems;
    private final Denials denials;

    BearerTokenFilter(
            Callers callers, ProblemAdvice advice, ProblemWriter problems, Denials denials) {
        this.callers = callers;
        this.advice = advice;
        this.problems = problems;
        this.denials = denials;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header != null) {
            Optional<Caller> caller;
            try {
                caller = find(header);
            } catch (RuntimeException failure) {
                problems.write(request, response, advice.translate(failure));
                return;
            }
            if (caller.isEmpty()) {
                denials.denied(
                        DeniedRequest.of(request, Optional.empty(), "INVALID_CREDENTIAL", 401));
                problems.write(
                        request, response, unauthenticated("The token is not valid (any more)"));
                return;
            }
            var context = SecurityContextHolder.createEmptyContext();
            context.setAuthentication(new CallerAuthentication(caller.get()));
            SecurityContextHolder.setContext(context);
        }
        chain.doFilter(request, response);
    }

    static ProblemException unauthenticated(String detail) {
        return ProblemException.of(ErrorCode.UNAUTHENTICATED, detail)
                .withHeader(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }

    private Optional<Caller> find(String header) {
        return header.toLowerCase(Locale.ROOT).startsWith(PREFIX)
                ? callers.find(header.substring(PREFIX.length()).strip())
                : Optional.empty();
    }
}
