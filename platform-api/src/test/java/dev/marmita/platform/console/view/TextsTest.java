package dev.marmita.platform.console.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TextsTest {

    private static final Pattern PLACE = Pattern.compile("\\{\\d}");

    @Test
    void everyLanguageHasEveryText() {
        Set<String> keys = Texts.of("en").all().keySet();
        assertThat(keys).hasSizeGreaterThan(300);
        for (String language : Texts.LANGUAGES) {
            Texts texts = Texts.of(language);
            assertThat(texts.all().keySet()).as(language).isEqualTo(keys);
            assertThat(texts.all().values()).as(language).noneMatch(String::isBlank);
            assertThat(texts.locale().toLanguageTag()).isEqualTo(language);
        }
    }

    @Test
    void translationsKeepThePlacesOfValues() {
        Texts english = Texts.of("en");
        for (String language : Texts.LANGUAGES) {
            Texts.of(language)
                    .all()
                    .forEach(
                            (key, text) ->
                                    assertThat(places(text))
                                            .as(language + " " + key)
                                            .isEqualTo(
                                                    places(english.all().getOrDefault(key, ""))));
        }
    }

    /** A key that is misspelt in a template would fail only when somebody looks at that page. */
    @Test
    void templatesAndScriptsAskForTextsThatAreThere() throws IOException {
        Set<String> known = Texts.of("en").all().keySet();
        assertThat(asked("src/main/jte", "page\\.t\\(\"([a-z0-9.-]+)\"[,)]")).isSubsetOf(known);
        assertThat(asked("src/main/resources/console", "\\bt\\('(js\\.[a-z0-9.-]+)'[,)]"))
                .isSubsetOf(known);
    }

    @Test
    void anUnknownLanguageGetsTheFirst() {
        assertThat(Texts.of("tlh").locale()).isEqualTo(Texts.of("en").locale());
    }

    private static Set<String> asked(String folder, String pattern) throws IOException {
        Pattern asks = Pattern.compile(pattern);
        Set<String> asked = new TreeSet<>();
        try (Stream<Path> files = Files.list(Path.of(folder))) {
            for (Path file : files.filter(f -> f.toString().matches(".*\\.(jte|js)")).toList()) {
                asks.matcher(Files.readString(file)).results().forEach(r -> asked.add(r.group(1)));
            }
        }
        assertThat(asked).hasSizeGreaterThan(20);
        return asked;
    }

    private static Set<String> places(String text) {
        Set<String> places = new TreeSet<>();
        Matcher matcher = PLACE.matcher(text);
        while (matcher.find()) {
            places.add(matcher.group());
        }
        return places;
    }
}
