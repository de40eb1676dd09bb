package dev.marmita.platform.identity;

import java.util.Set;

/** Port: a realm that the platform may change. Calls block, each for some seconds at most. */
interface Realm extends AutoCloseable {

    /** The realm could not be asked or changed; for people. */
    final class RealmException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String reason;

        /**
         * @param reason one word: {@code IdentityProviderUnavailable}
         */
        RealmException(String reason, String message, Throwable cause) {
            super(message, cause);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }

    /**
     * @param groups paths that are looked for beside our own
     * @param names clients and scopes that are looked for beside our own
     */
    ObservedRealm observe(Set<String> groups, Set<String> names) throws RealmException;

    /**
     * @return whether anything was done
     */
    boolean apply(Change change) throws RealmException;

    @Override
    void close();
}
