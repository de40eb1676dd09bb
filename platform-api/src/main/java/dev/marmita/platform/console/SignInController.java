package dev.marmita.platform.console;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Callers;
import dev.marmita.platform.access.Public;
import dev.marmita.platform.access.SignInLinks;
import dev.marmita.platform.audit.SignIns;
import dev.marmita.platform.console.session.Session;
import dev.marmita.platform.console.session.SessionCookie;
import dev.marmita.platform.console.session.Sessions;
import dev.marmita.platform.console.session.SignInLimit;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;

/** In with a token, out again. The token stays on the server's side. */
@Controller
final class SignInController {

    private static final int LONGEST_TOKEN = 8_192;

    private final Frames frames;
    private final Sessions sessions;
    private final Callers callers;
    private final SignInLimit limit;
    private final SignInLinks links;
    private final SignIns signIns;

    SignInController(
            Frames frames,
            Sessions sessions,
            Callers callers,
            SignInLimit limit,
            SignInLinks links,
            SignIns signIns) {
        this.frames = frames;
        this.sessions = sessions;
        this.callers = callers;
        this.limit = limit;
        this.links = links;
        this.signIns = signIns;
    }

    @GetMapping("/")
    @Public
    ResponseEntity<Void> home() {
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .header(HttpHeaders.LOCATION, "/console")
                .build();
    }

    @GetMapping("/console/sign-in")
    @Public
    ResponseEntity<String> form(
            @RequestParam(defaultValue = "/console") String next, HttpServletRequest request) {
        return frames.page(
                "sign-in", request, null, Map.of("next", ours(next), "links", links.links()));
    }

    /** The body is the token. Scripts of other sites cannot send one: the media type makes browsers ask first. */
    @PostMapping(path = "/console/sign-in", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Public
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void signIn(
            @RequestBody byte[] body, HttpServletRequest request, HttpServletResponse response) {
        String address = String.valueOf(request.getRemoteAddr());
        Optional<Duration> wait = limit.wait(address);
        if (wait.isPresent()) {
            throw ProblemException.of(ErrorCode.BUSY, "Too many attempts to sign in; wait a minute")
                    .withHeader(
                            HttpHeaders.RETRY_AFTER,
                            Long.toString(Math.max(1, wait.get().toSeconds())));
        }
        String token = SignInBody.token(body);
        Optional<Caller> caller =
                token.length() > LONGEST_TOKEN ? Optional.empty() : callers.find(token);
        if (caller.isEmpty()) {
            limit.failed(address);
            signIns.refused(request, "UNAUTHENTICATED");
            throw ProblemException.of(
                    ErrorCode.UNAUTHENTICATED, "The token is not valid (any more)");
        }
        signIns.signedIn(caller.get(), request);
        SessionCookie.write(request, response, sessions.open(token));
    }

    @PostMapping("/console/sign-out")
    @Public
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void signOut(HttpServletRequest request, HttpServletResponse response) {
        Session session = Session.of(request);
        if (session != null) {
            sessions.close(session.id());
            callers.find(session.bearer()).ifPresent(caller -> signIns.signedOut(caller, request));
        }
        SessionCookie.clear(request, response);
    }

    /** Only paths of the console: nobody is led elsewhere after signing in. */
    private static String ours(String next) {
        return next.equals("/console")
                        || (next.startsWith("/console/")
                                && next.matches("[A-Za-z0-9/_.~?=&%:@+-]{1,400}"))
                ? next
                : "/console";
    }
}
