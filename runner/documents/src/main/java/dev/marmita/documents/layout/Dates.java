package dev.marmita.documents.layout;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Calendar dates in Portuguese, English and Spanish text; day before month where both could be. */
public final class Dates {

    private static final Map<String, Integer> MONTHS = months();
    private static final String MONTH_NAME = "([a-z]{3,10})";

    /** 2018-12-25 */
    private static final Pattern YEAR_FIRST =
            Pattern.compile(
                    "(?<!\\d)((?:19|20)\\d{2})\\s?[-/.]\\s?(\\d{1,2})\\s?[-/.]\\s?(\\d{1,2})(?!\\d)");

    /** 25/12/2018, 25-12-18 */
    private static final Pattern DAY_FIRST =
            Pattern.compile(
                    "(?<![\\d/.-])(\\d{1,2})\\s?([-/.])\\s?(\\d{1,2})\\s?\\2\\s?(\\d{4}|\\d{2})(?!\\d)");

    /** 25 de dezembro de 2018, 25-DEC-18, 1st of May 2018 */
    private static final Pattern NAMED =
            Pattern.compile(
                    "(?<!\\d)(\\d{1,2})\\s*(?:o|st|nd|rd|th)?[\\s.,/-]*(?:de\\s|of\\s)?\\s*"
                            + MONTH_NAME
                            + "[\\s.,/'-]*(?:de\\s|del\\s|of\\s)?\\s*(\\d{4}|\\d{2})(?!\\d)");

    /** December 25, 2018 */
    private static final Pattern NAME_FIRST =
            Pattern.compile(
                    "(?<![a-z])"
                            + MONTH_NAME
                            + "\\.?\\s*(\\d{1,2})(?:st|nd|rd|th)?\\s*,?\\s+(\\d{4})(?!\\d)");

    /** Aos 19 dias do mês de março do ano de 1998 */
    private static final Pattern SOLEMN =
            Pattern.compile(
                    "(?<!\\d)(\\d{1,2})\\s*(?:\\([^)]{3,30}\\)\\s*)?dias?\\s+do\\s+mes\\s+de\\s+"
                            + MONTH_NAME
                            + "\\s*,?\\s*(?:do\\s+ano\\s+)?de\\s+(\\d{4})(?!\\d)");

    private Dates() {}

    /**
     * A date in a text.
     *
     * @param text as it was printed
     */
    public record Found(LocalDate date, String text, int start) {}

    /** All dates in order of appearance; none where a number merely looks like one. */
    public static List<Found> in(String text) {
        String folded = Folding.fold(text);
        if (folded.length() != text.length()) {
            return in(folded, folded);
        }
        return in(text, folded);
    }

    private static List<Found> in(String text, String folded) {
        List<Found> found = new ArrayList<>();
        collect(found, text, YEAR_FIRST.matcher(folded), 1, 2, 3);
        collect(found, text, DAY_FIRST.matcher(folded), 4, 3, 1);
        collect(found, text, SOLEMN.matcher(folded), 3, 2, 1);
        collect(found, text, NAMED.matcher(folded), 3, 2, 1);
        collect(found, text, NAME_FIRST.matcher(folded), 3, 1, 2);
        found.sort(Comparator.comparingInt(Found::start));
        return List.copyOf(found);
    }

    private static void collect(
            List<Found> found, String text, Matcher matcher, int year, int month, int day) {
        while (matcher.find()) {
            Integer number = month(matcher.group(month));
            if (number == null) {
                continue;
            }
            int y = Integer.parseInt(matcher.group(year));
            int d = Integer.parseInt(matcher.group(day));
            boolean swapped = number > 12 && d <= 12;
            int m = swapped ? d : number;
            int dayOfMonth = swapped ? number : d;
            try {
                LocalDate date = LocalDate.of(y < 100 ? 2000 + y : y, m, dayOfMonth);
                boolean taken = found.stream().anyMatch(other -> overlap(other, matcher));
                if (date.getYear() >= 1900 && date.getYear() <= 2099 && !taken) {
                    String printed = text.substring(matcher.start(), matcher.end()).strip();
                    found.add(new Found(date, printed, matcher.start()));
                }
            } catch (DateTimeException e) {
                // Not a day of the calendar, so not a date.
                continue;
            }
        }
    }

    private static boolean overlap(Found other, Matcher matcher) {
        return other.start() < matcher.end()
                && matcher.start() < other.start() + other.text().length();
    }

    private static @Nullable Integer month(String text) {
        if (Character.isDigit(text.charAt(0))) {
            return Integer.valueOf(text);
        }
        return MONTHS.get(text);
    }

    private static Map<String, Integer> months() {
        String[] names = {
            "jan january janeiro enero ene",
            "feb february fev fevereiro febrero",
            "mar march marco marzo",
            "apr april abr abril",
            "may mai maio mayo",
            "jun june junho junio",
            "jul july julho julio",
            "aug august ago agosto",
            "sep sept september set setembro septiembre setiembre",
            "oct october out outubro octubre",
            "nov november novembro noviembre",
            "dec december dez dezembro dic diciembre"
        };
        Map<String, Integer> months = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
            for (String name : names[i].split(" ")) {
                months.put(name, i + 1);
            }
        }
        return Map.copyOf(months);
    }
}
