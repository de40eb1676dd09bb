package dev.marmita.cli.evaluate;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Unicode text as Python's {@code str} treats it: the published figures were taken with Python scorers, and ours
 * must mean the same.
 */
final class Texts {
    private static final int DOTLESS_I = 0x131;
    private static final int CAPITAL_SHARP_S = 0x1e9e;

    private Texts() {}

    static String nfc(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC);
    }

    static String nfkc(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFKC);
    }

    /** {@code str.casefold}: full case folding of Unicode, character by character. */
    static String fold(String text) {
        StringBuilder folded = new StringBuilder(text.length());
        text.codePoints().forEach(it -> fold(it, folded));
        return folded.toString();
    }

    private static void fold(int character, StringBuilder folded) {
        String one = Character.toString(character);
        if (character < 0x80) {
            folded.append(Character.toLowerCase(one.charAt(0)));
        } else if (character == DOTLESS_I) {
            folded.append(one); // folds to itself, though its capital is I
        } else if (character == CAPITAL_SHARP_S) {
            folded.append("ss");
        } else if (Character.UnicodeScript.of(character) == Character.UnicodeScript.CHEROKEE) {
            folded.append(one.toUpperCase(Locale.ROOT)); // the one script that folds to capitals
        } else {
            folded.append(one.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT));
        }
    }

    /** {@code str.isspace} of one character. */
    static boolean isSpace(int character) {
        return Character.isWhitespace(character)
                || Character.isSpaceChar(character)
                || character == 0x85;
    }

    /** {@code str.isalnum} of one character. */
    static boolean isAlphanumeric(int character) {
        if (Character.isLetter(character)) {
            return true;
        }
        int type = Character.getType(character);
        return type == Character.DECIMAL_DIGIT_NUMBER
                || type == Character.LETTER_NUMBER
                || type == Character.OTHER_NUMBER;
    }

    /** {@code str.split()}: the words between white space. */
    static List<String> split(String text) {
        return parts(text, it -> !isSpace(it));
    }

    /** The runs of letters and digits. */
    static List<String> runs(String text) {
        return parts(text, Texts::isAlphanumeric);
    }

    /** {@code ' '.join(text.split())}. */
    static String collapse(String text) {
        return String.join(" ", split(text));
    }

    static String onlyAlphanumeric(String text) {
        return String.join("", runs(text));
    }

    private static List<String> parts(String text, java.util.function.IntPredicate inside) {
        List<String> parts = new ArrayList<>();
        StringBuilder part = new StringBuilder();
        text.codePoints()
                .forEach(
                        it -> {
                            if (inside.test(it)) {
                                part.appendCodePoint(it);
                            } else if (!part.isEmpty()) {
                                parts.add(part.toString());
                                part.setLength(0);
                            }
                        });
        if (!part.isEmpty()) {
            parts.add(part.toString());
        }
        return parts;
    }
}
