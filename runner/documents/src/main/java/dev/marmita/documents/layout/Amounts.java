package dev.marmita.documents.layout;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sums of money: numbers with two decimals, with points or commas in either role. */
public final class Amounts {

    private static final Pattern AMOUNT =
            Pattern.compile(
                    "(?<![\\d.,/-])(-?)\\s?((?:\\d{1,3}(?:[.,\\s]\\s?\\d{3})+|\\d+))\\s?[.,]\\s?(\\d{2})(?![\\d%]|[.,/-]\\d|\\s?%)");

    private Amounts() {}

    /**
     * An amount in a text.
     *
     * @param text as it was printed, without blanks
     */
    public record Found(BigDecimal value, String text, int start) {}

    /** All amounts in order of appearance. */
    public static List<Found> in(String text) {
        List<Found> found = new ArrayList<>();
        Matcher matcher = AMOUNT.matcher(text);
        while (matcher.find()) {
            String whole = matcher.group(2).replaceAll("[.,\\s]", "");
            if (whole.length() > 12) {
                continue;
            }
            BigDecimal value = new BigDecimal(matcher.group(1) + whole + "." + matcher.group(3));
            found.add(new Found(value, matcher.group().replaceAll("\\s", ""), matcher.start()));
        }
        return List.copyOf(found);
    }
}
