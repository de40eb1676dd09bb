package dev.marmita.platform.console;

import dev.marmita.platform.console.view.Texts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPOutputStream;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * Scripts, styles and pictures: ours, and those of libraries from their WebJars. Each is read and packed when it is
 * first asked for. Their address changes with their content, so browsers keep them for good.
 */
@Component
final class Assets {

    private static final String SCRIPT = "text/javascript;charset=UTF-8";
    private static final String STYLE = "text/css;charset=UTF-8";
    private static final String WEBJARS = "/META-INF/resources/webjars/";

    private record Source(String resource, String type) {}

    /**
     * @param packed by gzip
     */
    record Asset(byte[] packed, String type) {}

    private static final Map<String, Source> SOURCES =
            Map.ofEntries(
                    Map.entry(
                            "tabler.css",
                            new Source(
                                    WEBJARS + "tabler__core/1.4.0/dist/css/tabler.min.css", STYLE)),
                    Map.entry(
                            "htmx.js",
                            new Source(WEBJARS + "htmx.org/2.0.10/dist/htmx.min.js", SCRIPT)),
                    Map.entry(
                            "chart.js",
                            new Source(WEBJARS + "chart.js/4.5.1/dist/chart.umd.min.js", SCRIPT)),
                    Map.entry("console.css", new Source("/console/console.css", STYLE)),
                    Map.entry("head.js", new Source("/console/head.js", SCRIPT)),
                    Map.entry("console.js", new Source("/console/console.js", SCRIPT)),
                    Map.entry("audit.js", new Source("/console/audit.js", SCRIPT)),
                    Map.entry("deploy.js", new Source("/console/deploy.js", SCRIPT)),
                    Map.entry("playground.js", new Source("/console/playground.js", SCRIPT)),
                    Map.entry("plots.js", new Source("/console/plots.js", SCRIPT)),
                    Map.entry("upload.js", new Source("/console/upload.js", SCRIPT)),
                    Map.entry("icons.svg", new Source("/console/icons.svg", "image/svg+xml")));

    private final JsonMapper json;
    private final String base;
    private final Map<String, Asset> packed = new ConcurrentHashMap<>();

    Assets(JsonMapper json) {
        this.json = json;
        this.base = "/console/assets/" + version();
    }

    /** Where they are; changes when any of ours does. */
    String base() {
        return base;
    }

    Optional<Asset> find(String name) {
        if (name.startsWith("texts.") && name.endsWith(".js")) {
            String language = name.substring("texts.".length(), name.length() - ".js".length());
            return Texts.LANGUAGES.contains(language)
                    ? Optional.of(
                            packed.computeIfAbsent(
                                    name, n -> new Asset(pack(texts(language)), SCRIPT)))
                    : Optional.empty();
        }
        Source source = SOURCES.get(name);
        return source == null
                ? Optional.empty()
                : Optional.of(
                        packed.computeIfAbsent(
                                name,
                                n -> new Asset(pack(read(source.resource())), source.type())));
    }

    /** The texts that scripts show. */
    private byte[] texts(String language) {
        Map<String, String> wanted = new TreeMap<>();
        Texts.of(language)
                .all()
                .forEach(
                        (key, text) -> {
                            if (key.startsWith("js.") || key.startsWith("error.")) {
                                wanted.put(key, text);
                            }
                        });
        return ("window.marmitaTexts=" + json.writeValueAsString(wanted) + ";")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String version() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            SOURCES.values().stream()
                    .map(Source::resource)
                    .sorted()
                    .forEach(
                            resource ->
                                    digest.update(
                                            resource.startsWith(WEBJARS)
                                                    ? resource.getBytes(StandardCharsets.UTF_8)
                                                    : read(resource)));
            for (String language : Texts.LANGUAGES) {
                digest.update(
                        new TreeMap<>(Texts.of(language).all())
                                .toString()
                                .getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 6);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] read(String resource) {
        try (InputStream in = Assets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("missing from the jars: " + resource);
            }
            return in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static byte[] pack(byte[] content) {
        var packed = new ByteArrayOutputStream(content.length / 4);
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return packed.toByteArray();
    }
}
