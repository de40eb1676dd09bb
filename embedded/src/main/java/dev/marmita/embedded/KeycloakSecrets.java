package dev.marmita.embedded;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Properties;

/**
 * Chosen at random at the first start, kept for the next.
 *
 * @param administrator password of the server's administrator
 * @param platform secret of the platform's own client
 * @param member password of the sample user that is in the sample group
 * @param outsider password of the one that is not
 */
record KeycloakSecrets(String administrator, String platform, String member, String outsider) {

    static KeycloakSecrets of(Path file) throws IOException {
        Properties kept = new Properties();
        if (Files.exists(file)) {
            kept.load(new StringReader(Files.readString(file)));
        }
        KeycloakSecrets secrets =
                new KeycloakSecrets(
                        kept.getProperty("administrator", random()),
                        kept.getProperty("platform", random()),
                        kept.getProperty("member", random()),
                        kept.getProperty("outsider", random()));
        StringWriter text = new StringWriter();
        Properties all = new Properties();
        all.setProperty("administrator", secrets.administrator());
        all.setProperty("platform", secrets.platform());
        all.setProperty("member", secrets.member());
        all.setProperty("outsider", secrets.outsider());
        all.store(text, null);
        PrivateFile.write(file, text.toString());
        return secrets;
    }

    private static String random() {
        byte[] bytes = new byte[15];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    /** Never any. */
    @Override
    public String toString() {
        return "KeycloakSecrets";
    }
}
