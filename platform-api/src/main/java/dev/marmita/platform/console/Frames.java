package dev.marmita.platform.console;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.console.session.Session;
import dev.marmita.platform.console.view.Page;
import dev.marmita.platform.console.view.Texts;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import org.springframework.web.util.WebUtils;

/** Makes whole pages and parts of pages for whoever asks. */
@Component
final class Frames {

    private static final MediaType HTML = MediaType.parseMediaType("text/html;charset=UTF-8");

    private final Templates templates;
    private final Assets assets;

    Frames(Templates templates, Assets assets) {
        this.templates = templates;
        this.assets = assets;
    }

    /** The page of that name, ready to be sent. */
    ResponseEntity<String> page(
            String template,
            HttpServletRequest request,
            @Nullable Caller caller,
            Map<String, Object> parameters) {
        return page(200, template, request, caller, parameters);
    }

    ResponseEntity<String> page(
            int status,
            String template,
            HttpServletRequest request,
            @Nullable Caller caller,
            Map<String, Object> parameters) {
        return ResponseEntity.status(status)
                .contentType(HTML)
                .cacheControl(CacheControl.noStore())
                .body(part(template, frame(request, caller), parameters));
    }

    /** HTML of a template for that frame. */
    String part(String template, Page frame, Map<String, Object> parameters) {
        Map<String, Object> all = new HashMap<>(parameters);
        all.put("page", frame);
        return templates.fill(template, all);
    }

    Page frame(HttpServletRequest request, @Nullable Caller caller) {
        Session session = Session.of(request);
        return new Page(
                Texts.of(language(request)),
                zone(request),
                theme(request),
                request.getRequestURI(),
                Optional.ofNullable(caller),
                session == null ? "" : session.csrf(),
                assets.base(),
                Version.text());
    }

    private static String language(HttpServletRequest request) {
        String chosen = cookie(request, "marmita-language");
        if (Texts.LANGUAGES.contains(chosen)) {
            return chosen;
        }
        return java.util.Collections.list(request.getLocales()).stream()
                .flatMap(
                        wanted ->
                                Texts.LANGUAGES.stream()
                                        .filter(
                                                known ->
                                                        known.substring(0, 2)
                                                                .equals(wanted.getLanguage())))
                .findFirst()
                .orElse(Texts.LANGUAGES.getFirst());
    }

    private static String theme(HttpServletRequest request) {
        String chosen = cookie(request, "marmita-theme");
        return chosen.equals("dark") || chosen.equals("light") ? chosen : "";
    }

    private static ZoneId zone(HttpServletRequest request) {
        String zone = cookie(request, "marmita-zone");
        try {
            return zone.isEmpty() ? ZoneId.of("UTC") : ZoneId.of(zone);
        } catch (DateTimeException unknown) {
            return ZoneId.of("UTC");
        }
    }

    private static String cookie(HttpServletRequest request, String name) {
        Cookie cookie = WebUtils.getCookie(request, name);
        if (cookie == null || cookie.getValue().length() > 60) {
            return "";
        }
        try {
            return URLDecoder.decode(cookie.getValue(), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException broken) {
            return "";
        }
    }
}
