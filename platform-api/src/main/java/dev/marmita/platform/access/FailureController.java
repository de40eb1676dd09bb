package dev.marmita.platform.access;

import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.platform.web.ProblemWriter;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;

/** Answers what failed outside of every handler, where the server sends it. */
@Controller
final class FailureController implements ErrorController {

    private final ProblemWriter problems;

    FailureController(ProblemWriter problems) {
        this.problems = problems;
    }

    @Public
    @RequestMapping("/error")
    void failed(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Object status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE);
        ErrorCode code =
                Arrays.stream(ErrorCode.values())
                        .filter(each -> Integer.valueOf(each.status().value()).equals(status))
                        .findFirst()
                        .orElse(ErrorCode.INTERNAL);
        problems.write(
                request, response, ProblemException.of(code, code.status().getReasonPhrase()));
    }
}
