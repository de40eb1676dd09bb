package dev.marmita.platform;

import org.jspecify.annotations.Nullable;

/** The platform cannot start, for a reason that whoever starts it can mend; the message says how. */
final class StartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StartException(String message) {
        super(message);
    }

    StartException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
