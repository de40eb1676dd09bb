package dev.marmita.platform;

import java.util.Locale;

/** Which part of the platform a process is. */
public enum Role {
    /** Everything on one machine, with PostgreSQL and S3 of its own where none is configured. */
    ALL,
    /** REST and scheduler. */
    CONTROL,
    /** The data plane's front door alone. */
    GATEWAY;

    static Role parse(String text) {
        for (Role role : values()) {
            if (role.wireName().equals(text.strip().toLowerCase(Locale.ROOT))) {
                return role;
            }
        }
        throw new StartException(
                "marmita.role must be all, control or gateway, not '" + text + "'");
    }

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean controls() {
        return this != GATEWAY;
    }

    boolean serves() {
        return this != CONTROL;
    }
}
