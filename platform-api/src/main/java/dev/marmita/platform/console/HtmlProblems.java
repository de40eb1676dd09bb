package dev.marmita.platform.console;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemAdvice;
import dev.marmita.platform.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;
import org.springframework.web.ErrorResponse;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/** Shows to people, as a page, what went wrong with a page; programs get a problem, as everywhere. */
@Component
final class HtmlProblems implements HandlerExceptionResolver, Ordered {

    private static final Logger LOG = LoggerFactory.getLogger(HtmlProblems.class);

    private final Frames frames;
    private final ProblemAdvice advice;

    HtmlProblems(Frames frames, ProblemAdvice advice) {
        this.frames = frames;
        this.advice = advice;
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }

    @Override
    public @Nullable ModelAndView resolveException(
            HttpServletRequest request,
            HttpServletResponse response,
            @Nullable Object handler,
            Exception failure) {
        if (!wantsPage(request)) {
            return null;
        }
        try {
            show(request, response, problem(failure));
        } catch (IOException gone) {
            LOG.debug("nobody is left to be told: {}", gone.toString());
        }
        return new ModelAndView();
    }

    /** Whether a person's browser goes to one of our pages. */
    static boolean wantsPage(HttpServletRequest request) {
        String accept = request.getHeader(HttpHeaders.ACCEPT);
        return request.getRequestURI().startsWith("/console")
                && accept != null
                && accept.contains("text/html");
    }

    void show(HttpServletRequest request, HttpServletResponse response, ProblemException problem)
            throws IOException {
        if (response.isCommitted()) {
            return;
        }
        Authentication who = SecurityContextHolder.getContext().getAuthentication();
        Caller caller = who != null && who.getPrincipal() instanceof Caller known ? known : null;
        ResponseEntity<String> page =
                frames.page(
                        problem.code().status().value(),
                        "problem",
                        request,
                        caller,
                        Map.of(
                                "slug", problem.code().slug(),
                                "detail", problem.detail(),
                                "errors", List.copyOf(problem.errors())));
        response.resetBuffer();
        response.setStatus(page.getStatusCode().value());
        response.setContentType(String.valueOf(page.getHeaders().getContentType()));
        response.getWriter().write(String.valueOf(page.getBody()));
    }

    private ProblemException problem(Exception failure) {
        if (failure instanceof ErrorResponse framework) {
            int status = framework.getStatusCode().value();
            ErrorCode code =
                    Arrays.stream(ErrorCode.values())
                            .filter(each -> each.status().value() == status)
                            .findFirst()
                            .orElse(ErrorCode.INTERNAL);
            return ProblemException.of(code, code.title());
        }
        return failure instanceof org.springframework.beans.TypeMismatchException
                ? ProblemException.of(ErrorCode.NOT_FOUND, "There is nothing at this path")
                : advice.translate(failure);
    }
}
