package dev.marmita.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.HttpCookie;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * As much of a browser as signing in takes: cookies, redirects, one form. Like a browser it takes this machine for safe,
 * so that "secure" cookies work without TLS, which Java's own client would not have.
 */
final class Browser {

    private static final Pattern ACTION = Pattern.compile("<form[^>]*action=\"([^\"]+)\"");
    private static final int MOST_REDIRECTS = 10;

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Map<String, String>> cookies = new HashMap<>();

    record Page(HttpResponse<String> response) {
        String body() {
            return response.body();
        }
    }

    Page open(String url) throws IOException, InterruptedException {
        return go(URI.create(url), null);
    }

    /** Sends the page's form. */
    Page submit(Page page, Map<String, String> values) throws IOException, InterruptedException {
        Matcher form = ACTION.matcher(page.body());
        if (!form.find()) {
            throw new AssertionError("no form: " + page.body());
        }
        return go(
                page.response().uri().resolve(form.group(1).replace("&amp;", "&")),
                values.entrySet().stream()
                        .map(
                                each ->
                                        each.getKey()
                                                + "="
                                                + URLEncoder.encode(each.getValue(), UTF_8))
                        .collect(Collectors.joining("&")));
    }

    /**
     * @param form null: the page is just looked at
     */
    private Page go(URI target, String form) throws IOException, InterruptedException {
        HttpResponse<String> response = ask(target, form);
        for (int hop = 0; hop < MOST_REDIRECTS; hop++) {
            Optional<String> location = response.headers().firstValue("Location");
            if (response.statusCode() / 100 != 3 || location.isEmpty()) {
                break;
            }
            response = ask(response.uri().resolve(location.get()), null);
        }
        return new Page(response);
    }

    private HttpResponse<String> ask(URI target, String form)
            throws IOException, InterruptedException {
        Map<String, String> jar =
                cookies.computeIfAbsent(target.getAuthority(), host -> new TreeMap<>());
        HttpRequest.Builder request =
                HttpRequest.newBuilder(target)
                        .header("Accept", "text/html")
                        .timeout(Duration.ofSeconds(60));
        if (!jar.isEmpty()) {
            request.header(
                    "Cookie",
                    jar.entrySet().stream()
                            .map(each -> each.getKey() + "=" + each.getValue())
                            .collect(Collectors.joining("; ")));
        }
        if (form != null) {
            request.header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(HttpRequest.BodyPublishers.ofString(form));
        }
        HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
        for (String set : response.headers().allValues("Set-Cookie")) {
            for (HttpCookie cookie : HttpCookie.parse(set)) {
                if (cookie.getMaxAge() == 0) {
                    jar.remove(cookie.getName());
                } else {
                    jar.put(cookie.getName(), cookie.getValue());
                }
            }
        }
        return response;
    }
}
