package dev.marmita.cli.evaluate;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Values of fields in one form, so that two spellings of one date or amount are the same. */
final class FieldText {
    private static final int FLAGS = Pattern.UNICODE_CHARACTER_CLASS;
    private static final Pattern YEAR_FIRST =
            pattern("\\b(\\d{4})[-/. ]?(\\d{2})[-/. ]?(\\d{2})\\b");
    private static final Pattern NAMED_MONTH =
            pattern("\\b(\\d{1,2})\\s*[-/. ,]?\\s*([a-zç]{3,9})\\.?\\s*[-/. ,']*\\s*(\\d{2,4})");
    private static final Pattern MONTH_FIRST =
            pattern("\\b([a-zç]{3,9})\\.?\\s*(\\d{1,2})\\s*,\\s*(\\d{4})");
    private static final Pattern NUMBERS =
            pattern("(\\d{1,2})\\s*[-/. ]\\s*(\\d{1,2})\\s*[-/. ]\\s*(\\d{4}|\\d{2})(?!\\d)");
    private static final Pattern DIGITS = pattern("\\b(\\d{2})(\\d{2})(\\d{4}|\\d{2})\\b");
    private static final Pattern AMOUNT = pattern("-?\\d[\\d.,' ]*");
    private static final Map<String, Integer> MONTHS = months();

    private FieldText() {}

    static String normal(String field, String value) {
        return switch (field) {
            case "date", "producedAt" -> date(value);
            case "total" -> amount(value);
            default -> letters(value);
        };
    }

    static String letters(String value) {
        return Texts.onlyAlphanumeric(Texts.fold(Texts.nfkc(value)));
    }

    /** Day first, unless only month first makes sense; two-digit years are of this century. */
    static String date(String value) {
        String text = Texts.fold(Texts.nfkc(value));
        Matcher yearFirst = YEAR_FIRST.matcher(text);
        if (yearFirst.find()) {
            int year = number(yearFirst, 1);
            int month = number(yearFirst, 2);
            int day = number(yearFirst, 3);
            if (1900 < year && year < 2100 && 1 <= month && month <= 12 && 1 <= day && day <= 31) {
                return iso(year, month, day);
            }
        }
        return named(NAMED_MONTH.matcher(text), 1, 2)
                .or(() -> named(MONTH_FIRST.matcher(text), 2, 1))
                .or(() -> numbers(text))
                .orElseGet(() -> letters(text));
    }

    private static Optional<String> named(Matcher matcher, int dayGroup, int monthGroup) {
        if (!matcher.find()) {
            return Optional.empty();
        }
        Integer month = MONTHS.get(matcher.group(monthGroup));
        return month == null
                ? Optional.empty()
                : Optional.of(iso(number(matcher, 3), month, number(matcher, dayGroup)));
    }

    private static Optional<String> numbers(String text) {
        Matcher matcher = NUMBERS.matcher(text);
        if (!matcher.find()) {
            matcher = DIGITS.matcher(text);
            if (!matcher.find()) {
                return Optional.empty();
            }
        }
        int day = number(matcher, 1);
        int month = number(matcher, 2);
        boolean monthFirst = month > 12 && day <= 12;
        return Optional.of(
                iso(number(matcher, 3), monthFirst ? day : month, monthFirst ? month : day));
    }

    private static String iso(int year, int month, int day) {
        return String.format(
                Locale.ROOT, "%04d-%02d-%02d", year < 100 ? year + 2000 : year, month, day);
    }

    /** Two decimals; the last separator is the decimal one unless three digits follow it. */
    static String amount(String value) {
        Matcher matcher = AMOUNT.matcher(Texts.nfkc(value));
        String last = "";
        while (matcher.find()) {
            last = matcher.group();
        }
        if (last.isEmpty()) {
            return letters(value);
        }
        String digits = last.replace(" ", "").replace("'", "").replaceAll("[.,]+$", "");
        String sign = digits.startsWith("-") ? "-" : "";
        digits = digits.substring(sign.length());
        int separator = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','));
        boolean decimals = separator >= 0 && digits.length() - separator - 1 != 3;
        String whole = (decimals ? digits.substring(0, separator) : digits).replaceAll("[.,]", "");
        String fraction = decimals ? digits.substring(separator + 1) : "";
        String bare = whole.replaceAll("^0+", "");
        return sign + (bare.isEmpty() ? "0" : bare) + "." + (fraction + "00").substring(0, 2);
    }

    private static int number(Matcher matcher, int group) {
        return Integer.parseInt(matcher.group(group));
    }

    private static Pattern pattern(String expression) {
        return Pattern.compile(expression, FLAGS);
    }

    private static Map<String, Integer> months() {
        String[] names = {
            "jan january janeiro",
            "feb february fev fevereiro",
            "mar march marco março",
            "apr april abr abril",
            "may mai maio",
            "jun june junho",
            "jul july julho",
            "aug august ago agosto",
            "sep sept september set setembro",
            "oct october out outubro",
            "nov november novembro",
            "dec december dez dezembro"
        };
        Map<String, Integer> months = new HashMap<>();
        for (int i = 0; i < names.length; i++) {
            for (String name : names[i].split(" ", -1)) {
                months.put(name, i + 1);
            }
        }
        return Map.copyOf(months);
    }
}
