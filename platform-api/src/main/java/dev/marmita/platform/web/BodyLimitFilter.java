package dev.marmita.platform.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads every body but a streamed one (an upload's chunk) into memory, up to a bound. So a body that is
 * too large is refused before anybody looks at it, and it can be read twice.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 10)
final class BodyLimitFilter extends OncePerRequestFilter {

    private static final int LARGEST = 1 << 20;
    private static final String STREAMED = "application/octet-stream";

    private final ProblemWriter problems;

    BodyLimitFilter(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        if (request.getRequestURI().startsWith("/console/call/")) {
            return true; // goes on to an endpoint, which has a bound of its own
        }
        String type = request.getContentType();
        return type != null
                && type.startsWith(STREAMED)
                && request.getMethod().equals("PUT")
                && request.getRequestURI().startsWith("/api/v1/uploads/");
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        byte[] body =
                request.getContentLengthLong() > LARGEST
                        ? null
                        : request.getInputStream().readNBytes(LARGEST + 1);
        if (body == null || body.length > LARGEST) {
            problems.write(
                    request,
                    response,
                    ProblemException.of(
                                    ErrorCode.TOO_LARGE,
                                    "The body may hold at most " + LARGEST + " bytes here")
                            .withHeader("Connection", "close"));
            return;
        }
        chain.doFilter(new BufferedRequest(request, body), response);
    }
}
