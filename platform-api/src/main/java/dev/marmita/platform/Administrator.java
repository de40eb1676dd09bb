package dev.marmita.platform;

import dev.marmita.platform.tenants.AdministratorTokens;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.stereotype.Component;

/**
 * Sees to it that the home's file {@code admin.token} holds a token that administers the platform: whoever may read
 * that file may do everything anyway. It is made at the first start, and again where it was lost or revoked.
 */
@Component
final class Administrator implements SmartInitializingSingleton {

    static final String FILE = "admin.token";

    private static final Logger LOG = LoggerFactory.getLogger(Administrator.class);

    private final Home home;
    private final AdministratorTokens tokens;

    Administrator(Home home, AdministratorTokens tokens) {
        this.home = home;
        this.tokens = tokens;
    }

    @Override
    public void afterSingletonsInstantiated() {
        try {
            String known = home.read(FILE).orElse("");
            if (tokens.administers(known)) {
                return;
            }
            // File first: a crash in between leaves a file that is replaced at the next start.
            AdministratorTokens.Prepared prepared = tokens.prepare();
            home.write(FILE, prepared.text() + "\n");
            prepared.store();
            LOG.info(
                    "a new administrator token, told this once and kept in {}: {}",
                    home.folder().resolve(FILE),
                    prepared.text());
        } catch (IOException failure) {
            throw new StartException("marmita.home cannot be written: " + failure, failure);
        }
    }

    /** The token in the file. */
    String token() throws IOException {
        return home.read(FILE).orElse("");
    }
}
