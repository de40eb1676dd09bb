package dev.marmita.platform.console.view;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.TreeMap;

/** The console's texts in one language: {@code /console/texts/<language>.properties}. Immutable. */
public final class Texts {

    /** Every language that the console speaks, the first where nobody asks for another. */
    public static final List<String> LANGUAGES = List.of("en", "pt-BR");

    private static final Map<String, Texts> ALL = load();

    private final Locale locale;
    private final Map<String, String> texts;

    private Texts(Locale locale, Map<String, String> texts) {
        this.locale = locale;
        this.texts = texts;
    }

    /** The language of that tag, else the first one. */
    public static Texts of(String language) {
        Texts first = Objects.requireNonNull(ALL.get(LANGUAGES.getFirst()));
        return ALL.getOrDefault(language, first);
    }

    public Locale locale() {
        return locale;
    }

    public Map<String, String> all() {
        return texts;
    }

    /**
     * The text, with {@code {0}}, {@code {1}} … replaced.
     *
     * @throws IllegalArgumentException where there is no such text
     */
    public String get(String key, Object... arguments) {
        String text = texts.get(key);
        if (text == null) {
            throw new IllegalArgumentException("no text '" + key + "' in " + locale);
        }
        return fill(text, arguments);
    }

    /** The text, or another one where there is none: for words that come from elsewhere. */
    public String orElse(String key, String otherwise) {
        return texts.getOrDefault(key, otherwise);
    }

    private static String fill(String text, Object... arguments) {
        String filled = text;
        for (int i = 0; i < arguments.length; i++) {
            filled = filled.replace("{" + i + "}", String.valueOf(arguments[i]));
        }
        return filled;
    }

    private static Map<String, Texts> load() {
        Map<String, Texts> all = new TreeMap<>();
        for (String language : LANGUAGES) {
            all.put(language, new Texts(Locale.forLanguageTag(language), read(language)));
        }
        return Map.copyOf(all);
    }

    private static Map<String, String> read(String language) {
        String file = "/console/texts/" + language + ".properties";
        try (InputStream in = Texts.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("missing from the jar: " + file);
            }
            Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8);
            var properties = new Properties();
            properties.load(reader);
            Map<String, String> texts = new TreeMap<>();
            properties
                    .stringPropertyNames()
                    .forEach(key -> texts.put(key, properties.getProperty(key)));
            return Map.copyOf(texts);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}
