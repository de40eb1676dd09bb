package dev.marmita.platform.identity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Gets tokens for codes of an identity provider (RFC 6749); bounded in time and size. */
final class TokenEndpoint {

    private static final Duration WHOLE = Duration.ofSeconds(8);
    private static final int LONGEST_BODY = 256 << 10;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final HttpClient http =
            HttpClient.newBuilder()
                    .connectTimeout(Duration.ofSeconds(3))
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();

    /** Where people are sent, and where codes are changed into tokens. */
    record Pages(URI authorization, URI token) {}

    Pages pages(String issuer) throws IOException, InterruptedException {
        JsonNode discovery =
                json(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                issuer.replaceAll("/+$", "")
                                                        + "/.well-known/openid-configuration"))
                                .build());
        if (!discovery.path("issuer").asString("").equals(issuer)) {
            throw new IOException("the discovery document is of another issuer");
        }
        return new Pages(
                URI.create(discovery.path("authorization_endpoint").asString("")),
                URI.create(discovery.path("token_endpoint").asString("")));
    }

    /** The access token for a code. */
    String token(URI page, LoginState.Login login, String clientId, String code)
            throws IOException, InterruptedException {
        String form =
                form(
                        Map.of(
                                "grant_type",
                                "authorization_code",
                                "client_id",
                                clientId,
                                "code",
                                code,
                                "redirect_uri",
                                login.redirect(),
                                "code_verifier",
                                login.verifier()));
        String token =
                json(HttpRequest.newBuilder(page)
                                .header("Content-Type", "application/x-www-form-urlencoded")
                                .POST(HttpRequest.BodyPublishers.ofString(form))
                                .build())
                        .path("access_token")
                        .asString("");
        if (token.isEmpty()) {
            throw new IOException("the identity provider gave no token");
        }
        return token;
    }

    static String form(Map<String, String> values) {
        return values.entrySet().stream()
                .map(
                        each ->
                                URLEncoder.encode(each.getKey(), UTF_8)
                                        + "="
                                        + URLEncoder.encode(each.getValue(), UTF_8))
                .sorted()
                .collect(joining("&"));
    }

    private JsonNode json(HttpRequest request) throws IOException, InterruptedException {
        var answer =
                http.sendAsync(
                        request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST_BODY));
        try {
            HttpResponse<byte[]> got = answer.get(WHOLE.toMillis(), TimeUnit.MILLISECONDS);
            if (got.statusCode() != 200) {
                throw new IOException("the identity provider answered " + got.statusCode());
            }
            return JSON.readTree(got.body());
        } catch (TimeoutException late) {
            throw new IOException("the identity provider did not answer in time", late);
        } catch (ExecutionException failed) {
            throw new IOException("the identity provider does not answer", failed);
        } catch (JacksonException broken) {
            throw new IOException("the identity provider answered no JSON", broken);
        } finally {
            answer.cancel(true);
        }
    }
}
