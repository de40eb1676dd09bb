package dev.marmita.documents.ocr;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

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
        return new Alphabet(dictionary);
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
