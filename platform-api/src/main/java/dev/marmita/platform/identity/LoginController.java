package dev.marmita.platform.identity;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Callers;
import dev.marmita.platform.access.Public;
import dev.marmita.platform.audit.SignIns;
import dev.marmita.platform.console.session.SessionCookie;
import dev.marmita.platform.console.session.Sessions;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.CookieValue;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * Signs people in at the console by an identity provider: authorization code with PKCE (RFC 7636), state bound to the
 * browser. The token stays on the server's side, and the session ends with it.
 */
@Controller
final class LoginController {

    static final String PATH = "/sign-in/";

    private static final Logger LOG = LoggerFactory.getLogger(LoginController.class);
    private static final String COOKIE = "marmita-sign-in";

    private final IdentityProperties settings;
    private final LoginState logins;
    private final TokenEndpoint tokens;
    private final Callers callers;
    private final Sessions sessions;
    private final SignIns signIns;

    LoginController(
            IdentityProperties settings,
            LoginState logins,
            TokenEndpoint tokens,
            Callers callers,
            Sessions sessions,
            SignIns signIns) {
        this.settings = settings;
        this.logins = logins;
        this.tokens = tokens;
        this.callers = callers;
        this.sessions = sessions;
        this.signIns = signIns;
    }

    @GetMapping(PATH + "{issuer}")
    @Public
    ResponseEntity<Void> begin(
            @PathVariable int issuer,
            @RequestParam(defaultValue = "/console") String next,
            HttpServletRequest request) {
        String client = client(issuer);
        LoginState.Login login = logins.begin(issuer, back(request, issuer), ours(next));
        String page = pages(issuer).authorization().toString();
        String query =
                TokenEndpoint.form(
                        Map.of(
                                "response_type",
                                "code",
                                "client_id",
                                client,
                                "redirect_uri",
                                login.redirect(),
                                "scope",
                                "openid",
                                "state",
                                login.state(),
                                "code_challenge",
                                login.challenge(),
                                "code_challenge_method",
                                "S256"));
        return ResponseEntity.status(HttpStatus.SEE_OTHER)
                .header(
                        HttpHeaders.SET_COOKIE,
                        cookie(request, login.browser(), LoginState.LIFETIME))
                .header(HttpHeaders.LOCATION, page + (page.contains("?") ? "&" : "?") + query)
                .build();
    }

    /** Where the identity provider sends people back to. */
    @GetMapping(PATH + "{issuer}/back")
    @Public
    ResponseEntity<Void> end(
            @PathVariable int issuer,
            @RequestParam(defaultValue = "") String state,
            @RequestParam(defaultValue = "") String code,
            @CookieValue(name = COOKIE, defaultValue = "") String browser,
            HttpServletRequest request,
            HttpServletResponse response) {
        String client = client(issuer);
        LoginState.Login login =
                logins.end(state, browser)
                        .filter(each -> each.issuer() == issuer)
                        .orElseThrow(
                                () ->
                                        refused(
                                                "This sign-in took too long or began elsewhere; begin"
                                                        + " again at /console"));
        if (code.isEmpty()) {
            signIns.refused(request, "REFUSED_BY_PROVIDER");
            throw refused("The identity provider did not sign you in");
        }
        String token = token(issuer, login, client, code);
        @Nullable Caller caller = callers.find(token).orElse(null);
        if (caller == null) {
            signIns.refused(request, "UNAUTHENTICATED");
            throw refused("The identity provider's token is not good here");
        }
        signIns.signedIn(caller, request);
        SessionCookie.write(
                request,
                response,
                caller.principal()
                        .expiresAt()
                        .map(until -> sessions.open(token, until))
                        .orElseGet(() -> sessions.open(token)));
        // Added here too: a header of the entity would take the place of the session's cookie.
        response.addHeader(HttpHeaders.SET_COOKIE, cookie(request, "", Duration.ZERO));
        // Not a redirect: the session's cookie goes along only with navigation that begins at this
        // site.
        return ResponseEntity.ok().header("Refresh", "0; url=" + login.next()).build();
    }

    private String client(int issuer) {
        String client =
                issuer < 0 || issuer >= settings.issuers().size()
                        ? null
                        : settings.issuers().get(issuer).loginClientId();
        if (client == null) {
            throw ProblemException.of(ErrorCode.NOT_FOUND, "There is no such way to sign in");
        }
        return client;
    }

    private TokenEndpoint.Pages pages(int issuer) {
        try {
            return tokens.pages(settings.issuers().get(issuer).uri());
        } catch (IOException down) {
            throw unavailable(down);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unavailable(interrupted);
        }
    }

    private String token(int issuer, LoginState.Login login, String client, String code) {
        try {
            return tokens.token(pages(issuer).token(), login, client, code);
        } catch (IOException down) {
            throw unavailable(down);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw unavailable(interrupted);
        }
    }

    private static ProblemException unavailable(Exception failure) {
        LOG.warn("nobody can sign in at the identity provider: {}", failure.getMessage());
        return ProblemException.of(
                        ErrorCode.UNAVAILABLE,
                        "The identity provider does not answer; sign in with a token or try later")
                .withHeader(HttpHeaders.RETRY_AFTER, "5");
    }

    private static ProblemException refused(String why) {
        return ProblemException.of(ErrorCode.UNAUTHENTICATED, why);
    }

    /** As the browser knows this server. */
    private static String back(HttpServletRequest request, int issuer) {
        StringBuffer url = request.getRequestURL();
        return url.substring(0, url.length() - request.getRequestURI().length())
                + PATH
                + issuer
                + "/back";
    }

    /** Only pages of the console. */
    private static String ours(String next) {
        return next.matches("/console(/[A-Za-z0-9/_.~?=&%:@+-]{0,400})?") ? next : "/console";
    }

    private static String cookie(HttpServletRequest request, String value, Duration lifetime) {
        // Lax: it has to come along when the identity provider sends the browser back.
        return ResponseCookie.from(COOKIE, value)
                .path(PATH)
                .httpOnly(true)
                .secure(request.isSecure())
                .sameSite("Lax")
                .maxAge(lifetime)
                .build()
                .toString();
    }
}
