package dev.marmita.platform.console;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.platform.access.Requires;
import dev.marmita.platform.console.session.Session;
import dev.marmita.platform.deployments.EndpointUrls;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.routing.DeploymentName;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/**
 * Calls an endpoint for the playground, through the gateway, as whoever looks may: so that the browser needs no token
 * and no leave of another origin. Bodies pass through without being kept; the endpoint's own bounds hold.
 */
@Controller
final class CallController {

    private static final String PATH = "/console/call/{tenant}/{deployment}/**";
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final List<String> TOLD =
            List.of(
                    HttpHeaders.CONTENT_TYPE,
                    "Server-Timing",
                    "Marmita-Replica",
                    "X-Request-Id",
                    HttpHeaders.RETRY_AFTER);

    private final EndpointUrls urls;
    private final InvokeTokens tokens;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(5))
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    CallController(EndpointUrls urls, InvokeTokens tokens) {
        this.urls = urls;
        this.tokens = tokens;
    }

    @GetMapping(PATH)
    @Requires(Permission.READ)
    void get(
            @PathVariable TenantId tenant,
            @PathVariable DeploymentName deployment,
            HttpServletRequest request,
            HttpServletResponse response,
            Caller caller)
            throws IOException {
        call(new EndpointId(tenant, deployment), request, response, caller);
    }

    @PostMapping(PATH)
    @Requires(Permission.READ)
    void post(
            @PathVariable TenantId tenant,
            @PathVariable DeploymentName deployment,
            HttpServletRequest request,
            HttpServletResponse response,
            Caller caller)
            throws IOException {
        call(new EndpointId(tenant, deployment), request, response, caller);
    }

    private void call(
            EndpointId id, HttpServletRequest request, HttpServletResponse response, Caller caller)
            throws IOException {
        Session session = Session.of(request);
        String token = tokens.of(caller, session == null ? "" : session.bearer(), id);
        HttpRequest.Builder call =
                HttpRequest.newBuilder(target(id, request))
                        .timeout(PATIENCE)
                        .header(HttpHeaders.AUTHORIZATION, "Bearer " + token)
                        .method(request.getMethod(), body(request));
        String type = request.getContentType();
        if (type != null) {
            call.header(HttpHeaders.CONTENT_TYPE, type);
        }
        try {
            HttpResponse<InputStream> answer =
                    http.send(call.build(), BodyHandlers.ofInputStream());
            if (answer.statusCode() == 401) {
                tokens.forget(caller, id);
            }
            pass(answer, response);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw unreachable();
        } catch (IOException failure) {
            if (response.isCommitted()) {
                throw failure;
            }
            throw unreachable();
        }
    }

    private static BodyPublisher body(HttpServletRequest request) throws IOException {
        long length = request.getContentLengthLong();
        if (request.getMethod().equals("GET") || length == 0) {
            return BodyPublishers.noBody();
        }
        InputStream in = request.getInputStream();
        BodyPublisher stream = BodyPublishers.ofInputStream(() -> in);
        return length > 0 ? BodyPublishers.fromPublisher(stream, length) : stream;
    }

    private static void pass(HttpResponse<InputStream> answer, HttpServletResponse response)
            throws IOException {
        response.setStatus(answer.statusCode());
        for (String name : TOLD) {
            Optional<String> value = answer.headers().firstValue(name);
            if (value.isPresent()) {
                response.setHeader(name, value.get());
            }
        }
        // What a service answers is data: no browser shall run it as a page of ours.
        response.setHeader("Content-Security-Policy", "sandbox; default-src 'none'");
        response.setHeader("Content-Disposition", "attachment");
        try (InputStream in = answer.body()) {
            in.transferTo(response.getOutputStream());
        }
    }

    private URI target(EndpointId id, HttpServletRequest request) {
        String prefix = "/console/call/" + id.tenant() + "/" + id.deployment() + "/";
        String path = request.getRequestURI();
        String rest = path.startsWith(prefix) ? path.substring(prefix.length()) : "";
        @Nullable String query = request.getQueryString();
        return URI.create(urls.of(id) + rest + (query == null ? "" : "?" + query));
    }

    private static ProblemException unreachable() {
        return ProblemException.of(
                ErrorCode.UNAVAILABLE, "The gateway cannot be reached from the console");
    }
}
