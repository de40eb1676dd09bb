package dev.marmita.platform.console.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who is signed in.
 *
 * @param id the cookie's value, a secret
 * @param bearer what the session stands for: it is sent along as {@code Authorization: Bearer …}
 * @param csrf to be sent back with everything that changes something
 */
public record Session(String id, String bearer, String csrf, Instant expiresAt) {

    /** Where a request carries its session. */
    static final String ATTRIBUTE = Session.class.getName();

    /** The session of a request; null where nobody is signed in. */
    public static @Nullable Session of(jakarta.servlet.http.HttpServletRequest request) {
        return request.getAttribute(ATTRIBUTE) instanceof Session session ? session : null;
    }

    /** Never the secrets. */
    @Override
    public String toString() {
        return "Session[until " + expiresAt + "]";
    }
}
