package dev.marmita.documents.ocr;

import dev.marmita.service.Model;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the classes of a CTC recogniser stand for: 0 is the CTC blank, then the dictionary's lines in
 * order, and last the blank between words.
 */
final class Alphabet {

    static final int BLANK = 0;

    private final List<String> characters;

    private Alphabet(List<String> dictionary) {
        List<String> classes = new ArrayList<>(dictionary.size() + 2);
        classes.add("");
        classes.addAll(dictionary);
        classes.add(" ");
        characters = List.copyOf(classes);
    }

    /** The alphabet of a dictionary: one character (of any number of code units) per entry. */
    static Alphabet of(List<String> dictionary) {
        if (dictionary.isEmpty() || dictionary.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("a dictionary has one character per line");
        }
        return new Alphabet(dictionary.stream().map(Alphabet::halfWidth).toList());
    }

    /**
     * The alphabet of a model: the configured one, else the bundled one where it has the model's
     * classes, else the one that the model file carries.
     *
     * @param configured all characters in order, without separators
     * @throws IllegalArgumentException where none has as many classes as the model
     */
    static Alphabet of(Model recogniser, Optional<String> configured) {
        long classes = recogniser.signature().outputs().getFirst().shape().getLast();
        if (configured.isPresent()) {
            Alphabet alphabet =
                    of(configured.get().codePoints().mapToObj(Character::toString).toList());
            return alphabet.checked(recogniser, classes);
        }
        Alphabet bundled = bundled();
        if (classes < 0 || bundled.size() == classes) {
            return bundled;
        }
        String carried = recogniser.metadata().getOrDefault("character", "");
        List<String> entries = carried.lines().filter(line -> !line.isEmpty()).toList();
        return (entries.isEmpty() ? bundled : of(entries)).checked(recogniser, classes);
    }

    private Alphabet checked(Model recogniser, long classes) {
        if (classes >= 0 && size() != classes) {
            throw new IllegalArgumentException(
                    "recogniser "
                            + recogniser.name()
                            + " has "
                            + classes
                            + " classes, its dictionary makes "
                            + size()
                            + ": set env DICTIONARY to its characters in order");
        }
        return this;
    }

    /** Full-width forms of ASCII characters mean the same in Latin text. */
    private static String halfWidth(String character) {
        char first = character.charAt(0);
        return character.length() == 1 && first >= '\uff01' && first <= '\uff5e'
                ? String.valueOf((char) (first - 0xfee0))
                : character;
    }

    /** The dictionary of PP-OCR's Chinese and Latin recognisers, which ships with this service. */
    static Alphabet bundled() {
        try (InputStream in = Alphabet.class.getResourceAsStream("ppocr_keys_v1.txt")) {
            if (in == null) {
                throw new IllegalStateException("the bundle lacks ppocr_keys_v1.txt");
            }
            var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            return of(reader.lines().toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether it can print that character. */
    boolean has(String character) {
        return characters.contains(character);
    }

    /** Number of classes, CTC blank and word blank included. */
    int size() {
        return characters.size();
    }

    /** Class of the blank between words. */
    int space() {
        return characters.size() - 1;
    }

    String character(int index) {
        return characters.get(index);
    }
}
