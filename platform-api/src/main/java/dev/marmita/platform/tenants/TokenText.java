package dev.marmita.platform.tenants;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * A token as its holder has it: {@code mmt_<8 id>_<32 secret><6 checksum>}, all base62. The checksum (CRC-32 of
 * what is before it) lets a mistyped token be refused, and a leaked one be recognised, without a look-up.
 *
 * @param id public part
 */
record TokenText(String text, String id) {

    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final Pattern FORM = Pattern.compile("mmt_([0-9A-Za-z]{8})_[0-9A-Za-z]{38}");
    private static final int CHECKSUM = 6;

    static TokenText random(RandomGenerator random) {
        String id = digits(random, 8);
        String head = "mmt_" + id + "_" + digits(random, 32);
        return new TokenText(head + checksum(head), id);
    }

    /** Empty where it is no token of ours. */
    static Optional<TokenText> parse(String text) {
        var matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int end = text.length() - CHECKSUM;
        return text.substring(end).equals(checksum(text.substring(0, end)))
                ? Optional.of(new TokenText(text, matcher.group(1)))
                : Optional.empty();
    }

    /** What is stored: lower-case hex of the SHA-256 of the whole text. */
    String sha256() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return "mmt_" + id + "_…";
    }

    private static String digits(RandomGenerator random, int count) {
        var digits = new StringBuilder(count);
        for (int i = 0; i < count; i++) {
            digits.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return digits.toString();
    }

    private static String checksum(String head) {
        var crc = new CRC32();
        crc.update(head.getBytes(UTF_8));
        long value = crc.getValue();
        var digits = new char[CHECKSUM];
        for (int i = CHECKSUM - 1; i >= 0; i--) {
            digits[i] = DIGITS.charAt((int) (value % DIGITS.length()));
            value /= DIGITS.length();
        }
        return new String(digits);
    }
}
