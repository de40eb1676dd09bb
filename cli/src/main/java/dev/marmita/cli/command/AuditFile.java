package dev.marmita.cli.command;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks an export without asking the platform: each line's hash is the SHA-256 of {@code <seq> <hash of the
 * line before> <event as it stands there>}; before the first stand 64 zeros.
 */
final class AuditFile {
    private static final Pattern LINE =
            Pattern.compile("\\{\"seq\":([0-9]{1,18}),\"hash\":\"([0-9a-f]{64})\",\"event\":(.*)}");

    /**
     * What came out.
     *
     * @param problem empty: it is whole
     */
    record Verdict(long events, long seq, String hash, String problem) {}

    private AuditFile() {}

    /**
     * @param seq of an end that was written down; 0: none
     * @param hash of that end
     */
    static Verdict check(Path file, long seq, String hash) throws IOException {
        long at = 0;
        String before = "0".repeat(64);
        boolean anchored = seq == 0;
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            @Nullable String line;
            while ((line = lines.readLine()) != null) {
                Matcher event = LINE.matcher(line);
                if (!event.matches()) {
                    return new Verdict(at, at, before, "line " + (at + 1) + " is no event");
                }
                if (Long.parseLong(event.group(1)) != at + 1) {
                    return new Verdict(at, at, before, "event " + (at + 1) + " is missing");
                }
                String expected = sha256((at + 1) + " " + before + " " + event.group(3));
                if (!expected.equals(event.group(2))) {
                    return new Verdict(
                            at, at, before, "event " + (at + 1) + " is not what was written");
                }
                at++;
                before = expected;
                if (at == seq && !before.equals(hash)) {
                    return new Verdict(
                            at,
                            at,
                            before,
                            "event " + at + " is another one than was written down");
                }
                anchored |= at == seq;
            }
        }
        return new Verdict(at, at, before, anchored ? "" : "it ends before event " + seq);
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
