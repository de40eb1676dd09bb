package dev.marmita.platform.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marmita.platform.web.BufferedRequest;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemAdvice;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.platform.web.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;
import org.springframework.web.util.WebUtils;

/**
 * A POST with an {@code Idempotency-Key} is done once: whoever repeats it within 24 hours gets the first answer again.
 * Only success is kept; after a failure the same key may be tried again.
 */
@Component
@Order(IdempotencyFilter.AFTER_SECURITY)
final class IdempotencyFilter extends OncePerRequestFilter {

    /** Spring Security's filters stand at -100. */
    static final int AFTER_SECURITY = -50;

    private static final String KEY = "Idempotency-Key";
    private static final String REPLAYED = "Idempotency-Replayed";
    private static final Pattern FORM = Pattern.compile("[\\x21-\\x7e]{1,255}");

    private final IdempotentRequests requests;
    private final ProblemAdvice advice;
    private final ProblemWriter problems;

    IdempotencyFilter(IdempotentRequests requests, ProblemAdvice advice, ProblemWriter problems) {
        this.requests = requests;
        this.advice = advice;
        this.problems = problems;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return !request.getMethod().equals("POST") || request.getHeader(KEY) == null;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Caller> caller = AccessInterceptor.caller();
        if (caller.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        IdempotentRequests.Begun begun;
        IdempotentRequests.Identity identity;
        try {
            identity = identity(request, caller.get());
            begun = requests.begin(identity);
        } catch (RuntimeException failure) {
            problems.write(request, response, advice.translate(failure));
            return;
        }
        switch (begun) {
            case IdempotentRequests.Begun.First ignored -> work(request, response, chain, identity);
            case IdempotentRequests.Begun.Done(var answer) -> replay(response, answer);
            case IdempotentRequests.Begun.InProgress ignored ->
                    problems.write(
                            request,
                            response,
                            ProblemException.of(
                                            ErrorCode.IN_PROGRESS,
                                            "A request with this Idempotency-Key is being worked on")
                                    .withHeader(HttpHeaders.RETRY_AFTER, "1"));
            case IdempotentRequests.Begun.Mismatch ignored ->
                    problems.write(
                            request,
                            response,
                            ProblemException.of(
                                    ErrorCode.IDEMPOTENCY_MISMATCH,
                                    "This Idempotency-Key was used with another body"));
        }
    }

    private void work(
            HttpServletRequest request,
            HttpServletResponse response,
            FilterChain chain,
            IdempotentRequests.Identity identity)
            throws ServletException, IOException {
        var cached = new ContentCachingResponseWrapper(response);
        boolean kept = false;
        try {
            chain.doFilter(request, cached);
            if (cached.getStatus() / 100 == 2) {
                requests.keep(identity, answer(cached));
                kept = true;
            }
            cached.copyBodyToResponse();
        } finally {
            if (!kept) {
                requests.release(identity);
            }
        }
    }

    private static IdempotentRequests.Identity identity(HttpServletRequest request, Caller caller) {
        String key = request.getHeader(KEY);
        if (!FORM.matcher(key).matches()) {
            throw ProblemException.field(KEY, "must be 1 to 255 printable ASCII characters");
        }
        BufferedRequest buffered = WebUtils.getNativeRequest(request, BufferedRequest.class);
        return IdempotentRequests.Identity.of(
                caller.id()
                        + " "
                        + request.getRequestURI()
                        + "?"
                        + Optional.ofNullable(request.getQueryString()).orElse("")
                        + " "
                        + key,
                buffered == null ? new byte[0] : buffered.body(),
                (request.getHeader(HttpHeaders.AUTHORIZATION) + " " + key).getBytes(UTF_8));
    }

    private static IdempotentRequests.Answer answer(ContentCachingResponseWrapper response) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String name :
                new String[] {HttpHeaders.CONTENT_TYPE, HttpHeaders.LOCATION, HttpHeaders.ETAG}) {
            String value = response.getHeader(name);
            if (value != null) {
                headers.put(name, value);
            }
        }
        return new IdempotentRequests.Answer(
                response.getStatus(), headers, response.getContentAsByteArray());
    }

    private static void replay(HttpServletResponse response, IdempotentRequests.Answer answer)
            throws IOException {
        response.setStatus(answer.status());
        answer.headers().forEach(response::setHeader);
        response.setHeader(REPLAYED, "true");
        response.setContentLength(answer.body().length);
        response.getOutputStream().write(answer.body());
    }
}
