package dev.marmita.documents.layout;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Brazilian tax numbers with their check digits (modulo 11): CPF of persons, CNPJ of bodies. A CNPJ may
 * hold letters in its first twelve places since July 2026 (IN RFB 2.229/2024); a letter counts as its
 * ASCII code less 48.
 */
public final class TaxNumbers {

    private static final Pattern CNPJ =
            Pattern.compile(
                    "(?<![0-9A-Z])([0-9A-Z]{2})\\s?[.,]?\\s?([0-9A-Z]{3})\\s?[.,]?\\s?([0-9A-Z]{3})\\s?[/]?\\s?([0-9A-Z]{4})\\s?[-–.]?\\s?(\\d{2})(?!\\d)");

    private static final Pattern CPF =
            Pattern.compile(
                    "(?<!\\d)(\\d{3})\\s?[.,]\\s?(\\d{3})\\s?[.,]\\s?(\\d{3})\\s?[-–.]?\\s?(\\d{2})(?!\\d)");

    private TaxNumbers() {}

    /** The first valid CNPJ, formatted as 12.345.678/0001-95. */
    public static Optional<String> cnpj(String text) {
        Matcher matcher = CNPJ.matcher(text.toUpperCase(Locale.ROOT));
        int from = 0;
        while (matcher.find(from)) {
            String digits =
                    matcher.group(1)
                            + matcher.group(2)
                            + matcher.group(3)
                            + matcher.group(4)
                            + matcher.group(5);
            if (isCnpj(digits)) {
                return Optional.of(
                        matcher.group(1)
                                + "."
                                + matcher.group(2)
                                + "."
                                + matcher.group(3)
                                + "/"
                                + matcher.group(4)
                                + "-"
                                + matcher.group(5));
            }
            from = matcher.start() + 1;
        }
        return Optional.empty();
    }

    /** The first valid CPF that is written with points, formatted as 123.456.789-09. */
    public static Optional<String> cpf(String text) {
        Matcher matcher = CPF.matcher(text);
        while (matcher.find()) {
            String digits =
                    matcher.group(1) + matcher.group(2) + matcher.group(3) + matcher.group(4);
            if (isCpf(digits)) {
                return Optional.of(
                        matcher.group(1)
                                + "."
                                + matcher.group(2)
                                + "."
                                + matcher.group(3)
                                + "-"
                                + matcher.group(4));
            }
        }
        return Optional.empty();
    }

    /** Whether the fourteen characters, without punctuation, carry the right check digits. */
    public static boolean isCnpj(String characters) {
        if (!characters.matches("[0-9A-Z]{12}\\d{2}") || allSame(characters)) {
            return false;
        }
        return check(characters, 12, 9) == characters.charAt(12)
                && check(characters, 13, 9) == characters.charAt(13);
    }

    /** Whether the eleven digits, without punctuation, carry the right check digits. */
    public static boolean isCpf(String digits) {
        if (!digits.matches("\\d{11}") || allSame(digits)) {
            return false;
        }
        return check(digits, 9, 11) == digits.charAt(9)
                && check(digits, 10, 11) == digits.charAt(10);
    }

    private static boolean allSame(String characters) {
        return characters.chars().distinct().count() == 1;
    }

    /** Check digit over the first characters, weighted 2, 3, … from the right up to the highest weight. */
    private static char check(String characters, int count, int highest) {
        int sum = 0;
        int weight = 2;
        for (int i = count - 1; i >= 0; i--) {
            sum += (characters.charAt(i) - '0') * weight;
            weight = weight == highest ? 2 : weight + 1;
        }
        int rest = sum % 11;
        return (char) ('0' + (rest < 2 ? 0 : 11 - rest));
    }
}
