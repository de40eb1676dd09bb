package dev.marmita.documents.ocr;

import dev.marmita.documents.layout.Folding;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts back the accents of Portuguese words that a recogniser without ã, õ and ç cannot print. Only
 * words are touched that have one spelling: "servicos", "prestacao"; not "esta", "pais" or "secretaria".
 * Letters stay the same and so does their number.
 */
final class PortugueseAccents {

    private static final Pattern WORD =
            Pattern.compile("(?<![\\p{L}\\p{N}@./])[A-Za-z]{2,}(?![\\p{L}\\p{N}@/])");

    /** The sign in "nº 12", for which the models print a question mark, a degree sign, or a nine. */
    private static final Pattern NUMBER_SIGN =
            Pattern.compile("\\b([Nn])(?:[?°](?=\\s*\\d)|9(?=\\s+\\d+/\\d))");

    /** The sign in "2ª vara" and "3º ofício". */
    private static final Pattern ORDINAL = Pattern.compile("(?<=\\d)[?°](?=\\s+(\\p{L}{3,}))");

    private static final Pattern FEMININE = Pattern.compile("(?:a|ao|ade|as|oes)$");

    private static final Pattern ACCENTED_CAPITALS =
            Pattern.compile("(?<!\\p{L})\\p{Lu}*[ÀÁÂÃÇÉÊÍÓÔÕÚ]\\p{Lu}+(?!\\p{L})");

    private static final Set<String> PORTUGUESE =
            Set.of(
                    "do", "da", "dos", "das", "em", "um", "uma", "nao", "ao", "pelo", "pela", "na",
                    "com", "os", "foi", "sao", "seu", "sua", "cnpj", "cpf", "nos", "nas", "ou",
                    "aos", "pelos", "mais", "como");

    private static final Set<String> OTHERS =
            Set.of(
                    "the", "and", "of", "to", "is", "for", "your", "with", "this", "el", "los",
                    "las", "del", "con", "una", "y", "su", "al", "le", "les", "et", "des", "und",
                    "der", "die", "jalan", "sdn", "bhd");

    private static final int FEW = 5;

    /** Ending and the accented letters that take its place, the longer first. */
    private static final List<Rule> RULES =
            List.of(
                    rule("(?<!^|fal|vul|bal|^fa|^ma)cao$", "ção"),
                    rule("(?<=[a-z])coes$", "ções"),
                    rule("(?<=[a-z])oes$", "ões"),
                    rule("(?<=[a-z])ao$", "ão"),
                    rule("(?<=[a-z]{2})enci(?=as?$)", "ênci"),
                    rule("(?<=[a-z]{2})anci(?=as?$)", "ânci"),
                    rule("(?<=[a-z])ari(?=os?$)", "ári"),
                    rule("(?<=[a-z])ori(?=os?$)", "óri"),
                    rule("(?<=[a-z])eri(?=os?$)", "éri"),
                    rule("(?<=[a-z])avel$", "ável"),
                    rule("(?<=[a-z])ivel$", "ível"),
                    rule("(?<=[a-z])aveis$", "áveis"),
                    rule("(?<=[a-z])iveis$", "íveis"),
                    rule("(?<=[a-z]{2})issim(?=[oa]s?$)", "íssim"));

    /** -ico and -ica after an accented syllable, but for verbs such as "significa" and "aplica". */
    private static final Pattern PROPAROXYTONE =
            Pattern.compile("^([a-z]+)([aeiou])([bcdfghjlmnpqrstvxz]{1,3})(ic[oa]s?)$");

    private static final Pattern VERB =
            Pattern.compile(
                    "(?:ificas?|plic[oa]s?|dic[oa]s?|unic[oa]s?|ublicas?|abricas?|ubricas?|oxicas?)$");

    /** -culo after an accented syllable: século, veículo, cálculo. */
    private static final Pattern CULO = Pattern.compile("^([a-z]*)([aeiou])([lnrs]?culos?)$");

    /** What the rules would change and must not: names, and verbs that are more common than their nouns. */
    private static final Set<String> UNACCENTED =
            Set.of(
                    "ao",
                    "bilbao",
                    "macao",
                    "frederico",
                    "henrico",
                    "influencia",
                    "gerencia",
                    "denuncia",
                    "financia",
                    "diferencia",
                    "presencia",
                    "licencia",
                    "sentencia");

    private final Map<String, String> words;

    private PortugueseAccents(Map<String, String> words) {
        this.words = words;
    }

    static PortugueseAccents load() {
        Map<String, String> words = new HashMap<>();
        try (InputStream in = PortugueseAccents.class.getResourceAsStream("portuguese.txt")) {
            if (in == null) {
                throw new IllegalStateException("the bundle lacks portuguese.txt");
            }
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .flatMap(line -> Pattern.compile("\\s+").splitAsStream(line))
                    .filter(word -> !word.isEmpty())
                    .forEach(word -> words.put(Folding.fold(word), word));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new PortugueseAccents(Map.copyOf(words));
    }

    /** The lines of a page; unchanged where it does not look Portuguese. */
    List<TextLine> restored(List<TextLine> lines) {
        if (!isPortuguese(lines)) {
            return lines;
        }
        // Tills and old forms print capitals without accents: what stands there is what was read.
        // A page that has one on a capital has them on all.
        boolean capitals =
                lines.stream().anyMatch(line -> ACCENTED_CAPITALS.matcher(line.text()).find());
        List<TextLine> restored = new ArrayList<>(lines.size());
        for (TextLine line : lines) {
            String text = restored(line.text(), capitals);
            restored.add(new TextLine(text, line.confidence(), line.box()));
        }
        return restored;
    }

    /**
     * @param capitals whether words in capitals have accents here
     */
    String restored(String text, boolean capitals) {
        String numbered = NUMBER_SIGN.matcher(text).replaceAll("$1º");
        String ordinal = ORDINAL.matcher(numbered).replaceAll(PortugueseAccents::ordinal);
        return WORD.matcher(ordinal)
                .replaceAll(match -> Matcher.quoteReplacement(word(match, capitals)));
    }

    private static String ordinal(MatchResult match) {
        return FEMININE.matcher(Folding.fold(match.group(1))).find() ? "ª" : "º";
    }

    private String word(MatchResult match, boolean capitals) {
        String word = match.group();
        if (!capitals && word.equals(word.toUpperCase(Locale.ROOT))) {
            return word;
        }
        String plain = Folding.fold(word);
        String accented = words.get(plain);
        if (accented == null) {
            accented = byRule(plain);
        }
        return sameCase(word, accented);
    }

    private static String byRule(String plain) {
        if (UNACCENTED.contains(plain)) {
            return plain;
        }
        for (Rule rule : RULES) {
            Matcher ending = rule.ending.matcher(plain);
            if (ending.find()) {
                return ending.replaceFirst(rule.accented);
            }
        }
        Matcher culo = CULO.matcher(plain);
        if (culo.matches()) {
            return culo.group(1) + acute(culo.group(2), "") + culo.group(3);
        }
        Matcher ico = PROPAROXYTONE.matcher(plain);
        if (ico.matches() && !VERB.matcher(plain).find()) {
            return ico.group(1) + acute(ico.group(2), ico.group(3)) + ico.group(3) + ico.group(4);
        }
        return plain;
    }

    /** Before m and n, a, e and o are closed: orgânico, acadêmico, econômico. */
    private static String acute(String vowel, String next) {
        boolean closed = next.startsWith("m") || next.startsWith("n");
        return switch (vowel) {
            case "a" -> closed ? "â" : "á";
            case "e" -> closed ? "ê" : "é";
            case "o" -> closed ? "ô" : "ó";
            case "i" -> "í";
            default -> "ú";
        };
    }

    private static String sameCase(String word, String accented) {
        if (accented.length() != word.length()) {
            return word;
        }
        StringBuilder same = new StringBuilder(word.length());
        for (int i = 0; i < word.length(); i++) {
            char letter = accented.charAt(i);
            same.append(
                    Character.isUpperCase(word.charAt(i))
                            ? Character.toUpperCase(letter)
                            : Character.toLowerCase(letter));
        }
        return same.toString();
    }

    private static boolean isPortuguese(List<TextLine> lines) {
        int portuguese = 0;
        int others = 0;
        for (TextLine line : lines) {
            for (String word : Folding.fold(line.text()).split("[^a-z]+", -1)) {
                portuguese += PORTUGUESE.contains(word) ? 1 : 0;
                others += OTHERS.contains(word) ? 1 : 0;
            }
        }
        return portuguese >= FEW && portuguese > 3 * others;
    }

    private static Rule rule(String ending, String accented) {
        return new Rule(Pattern.compile(ending), accented);
    }

    private record Rule(Pattern ending, String accented) {}
}
