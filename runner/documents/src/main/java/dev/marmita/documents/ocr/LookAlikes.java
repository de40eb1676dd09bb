package dev.marmita.documents.ocr;

import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts right what recognisers confuse because it looks alike: 0 and O, 1 and l or I inside words. Only
 * words of letters are touched; anything with other digits is a number or a code and stays.
 */
final class LookAlikes {

    private static final Pattern WORD = Pattern.compile("[A-Za-z01]{2,}");
    private static final Pattern BETWEEN = Pattern.compile("(?<=[A-Za-z])[01]{1,2}(?=[A-Za-z])");
    private static final Pattern ZERO_FIRST = Pattern.compile("^0(?=[A-Za-z]{3})");
    private static final Pattern ZERO_LAST = Pattern.compile("(?<=[A-Za-z]{4})0$");
    private static final Pattern ONE_LAST = Pattern.compile("(?<=[a-z]{3}|[a-z]{2}l)1$");
    private static final Pattern CAPITAL_I_INSIDE = Pattern.compile("(?<=[A-Za-z])I(?=[a-z])");
    private static final Pattern CAPITAL_I_LAST = Pattern.compile("(?<=[a-z]{2})I$");

    /** Small and capital letters differ in size only: "OFíCIO". */
    private static final Pattern SMALL_INSIDE =
            Pattern.compile("(?<=\\p{Lu})[àáâãçéêíóôõú](?=\\p{Lu})");

    /** The article and the abbreviation that receipts print most. */
    private static final Pattern NO = Pattern.compile("[Nn]0|[Dd]0");

    private LookAlikes() {}

    static String corrected(String text) {
        String capital =
                SMALL_INSIDE.matcher(text).replaceAll(one -> one.group().toUpperCase(Locale.ROOT));
        return WORD.matcher(capital)
                .replaceAll(match -> Matcher.quoteReplacement(word(capital, match)));
    }

    private static String word(String text, MatchResult match) {
        String word = match.group();
        if (besideDigit(text, match)) {
            return word;
        }
        long letters = word.chars().filter(Character::isLetter).count();
        boolean capitals = word.chars().filter(Character::isUpperCase).count() * 2 > letters;
        if (letters < 3) {
            return NO.matcher(word).matches() ? word.replace('0', capitals ? 'O' : 'o') : word;
        }
        String zero = capitals ? "O" : "o";
        String one = capitals ? "I" : "l";
        String fixed =
                BETWEEN.matcher(word)
                        .replaceAll(run -> run.group().replace("0", zero).replace("1", one));
        fixed = ZERO_FIRST.matcher(fixed).replaceAll("O");
        fixed = ZERO_LAST.matcher(fixed).replaceAll(zero);
        fixed = ONE_LAST.matcher(fixed).replaceAll("l");
        fixed = CAPITAL_I_INSIDE.matcher(fixed).replaceAll("l");
        return CAPITAL_I_LAST.matcher(fixed).replaceAll("l");
    }

    private static boolean besideDigit(String text, MatchResult match) {
        return match.start() > 0 && Character.isDigit(text.charAt(match.start() - 1))
                || match.end() < text.length() && Character.isDigit(text.charAt(match.end()));
    }
}
