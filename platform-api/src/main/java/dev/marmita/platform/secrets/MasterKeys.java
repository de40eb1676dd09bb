package dev.marmita.platform.secrets;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Master keys of a file: one a line, 32 bytes in base64. The first seals; all of them open, so that a new
 * one can be put on top. Empty lines and those that begin with {@code #} are nothing.
 */
public final class MasterKeys implements KeyWrapper {

    /** Where the file is said. */
    public static final String PROPERTY = "marmita.secrets.key-file";

    private static final int LARGEST_FILE = 16 * 1024;
    private static final String HOW = "; make one with: openssl rand -base64 32";

    private final Map<String, byte[]> keys;
    private final String current;
    private final AesGcm cipher = new AesGcm(new SecureRandom());

    private MasterKeys(Map<String, byte[]> keys) {
        this.keys = keys;
        this.current = keys.keySet().iterator().next();
    }

    /** The text of a file with one new key. */
    public static String newFile(SecureRandom random) {
        byte[] key = new AesGcm(random).newKey();
        return "# Master key for secrets. Keep a copy: what it seals is lost without it.\n"
                + Base64.getEncoder().encodeToString(key)
                + "\n";
    }

    /**
     * @throws MasterKeyException naming {@value #PROPERTY} where the file cannot be used
     */
    public static MasterKeys read(Path file) {
        List<String> lines;
        try {
            if (Files.size(file) > LARGEST_FILE) {
                throw wrong(file, "is too large for a file of keys");
            }
            lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw wrong(file, "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
        Map<String, byte[]> keys = new LinkedHashMap<>();
        int number = 0;
        for (String line : lines) {
            number++;
            if (!line.isBlank() && !line.startsWith("#")) {
                byte[] key = key(file, line.strip(), number);
                keys.put(idOf(key), key);
            }
        }
        if (keys.isEmpty()) {
            throw wrong(file, "has no key" + HOW);
        }
        return new MasterKeys(keys);
    }

    private static byte[] key(Path file, String line, int number) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(line);
        } catch (IllegalArgumentException e) {
            throw wrong(file, "has no base64 in line " + number + HOW);
        }
        if (key.length != AesGcm.KEY) {
            throw wrong(file, "has no key of 32 bytes in line " + number + HOW);
        }
        return key;
    }

    private static MasterKeyException wrong(Path file, String what) {
        return new MasterKeyException(PROPERTY + "=" + file + " " + what);
    }

    /** Tells keys apart and nothing about them. */
    private static String idOf(byte[] key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            byte[] id = mac.doFinal("marmita master key id".getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(id, 8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC is part of every JDK", e);
        }
    }

    @Override
    public String current() {
        return current;
    }

    @Override
    public boolean knows(String masterKey) {
        return keys.containsKey(masterKey);
    }

    @Override
    public byte[] wrap(byte[] key, byte[] context) {
        return cipher.seal(master(current), key, context);
    }

    @Override
    public byte[] unwrap(String masterKey, byte[] wrapped, byte[] context)
            throws BrokenSealException {
        if (!knows(masterKey)) {
            throw new BrokenSealException("the master key " + masterKey + " is not in " + PROPERTY);
        }
        return cipher.open(master(masterKey), wrapped, context);
    }

    private byte[] master(String id) {
        byte[] key = keys.get(id);
        if (key == null) {
            throw new IllegalStateException("no master key " + id);
        }
        return key;
    }
}
