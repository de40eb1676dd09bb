package dev.marmita.documents.layout;

import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** Text without case and accents: the models cannot print every accent, so rules must not need them. */
public final class Folding {

    private static final Pattern MARKS = Pattern.compile("\\p{M}+");

    private Folding() {}

    /** Lower case, no accents, ordinal signs as o and a. Keeps the length only for Latin letters. */
    public static String fold(String text) {
        String plain = text.replace('º', 'o').replace('°', 'o').replace('ª', 'a');
        String bare =
                MARKS.matcher(Normalizer.normalize(plain, Normalizer.Form.NFD)).replaceAll("");
        return bare.toLowerCase(Locale.ROOT);
    }
}
