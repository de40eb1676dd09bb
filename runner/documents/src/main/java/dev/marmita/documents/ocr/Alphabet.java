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
 * What the classes of a CTC recogniser stand for: 0 is the CTC blank, then its characters in order; the
 * blank between words is one of them, the last one in PP-OCR's models.
 */
final class Alphabet {

    static final int BLANK = 0;

    private final List<String> characters;
    private final int space;

    /**
     * @param characters of the classes from 1 on, a blank among them
     */
    private Alphabet(List<String> characters) {
        List<String> classes = new ArrayList<>(characters.size() + 1);
        classes.add("");
        classes.addAll(characters);
        this.characters = List.copyOf(classes);
        this.space = this.characters.indexOf(" ");
    }

    /** The alphabet of a dictionary: one character (of any number of code units) per entry. */
    static Alphabet of(List<String> dictionary) {
        if (dictionary.isEmpty() || dictionary.stream().anyMatch(String::isEmpty)) {
            throw new IllegalArgumentException("a dictionary has one character per line");
        }
        List<String> classes =
                new ArrayList<>(dictionary.stream().map(Alphabet::halfWidth).toList());
        classes.add(" ");
        return new Alphabet(classes);
    }

    /**
     * The alphabet of a model that carries its characters, the blank between words among them.
     *
     * @throws IllegalArgumentException where the model has another number of classes, or no blank
     */
    static Alphabet own(Model recogniser, String characters) {
        List<String> classes = characters.codePoints().mapToObj(Character::toString).toList();
        if (!classes.contains(" ")) {
            throw new IllegalArgumentException(
                    "recogniser "
                            + recogniser.name()
                            + " has no blank among the characters of its metadata");
        }
        long wanted = recogniser.signature().outputs().getFirst().shape().getLast();
        return new Alphabet(classes).checked(recogniser, wanted);
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
        return space;
    }

    String character(int index) {
        return characters.get(index);
    }
}
