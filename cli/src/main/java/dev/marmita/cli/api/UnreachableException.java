package dev.marmita.cli.api;

import java.net.URI;

/** Nobody answered, after the retries that the request allows. */
public final class UnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnreachableException(URI uri, Throwable cause) {
        super(
                "No answer from %s://%s: %s"
                        .formatted(uri.getScheme(), uri.getAuthority(), reason(cause)),
                cause);
    }

    private static String reason(Throwable cause) {
        if (cause instanceof java.net.ConnectException) {
            return "nothing listens there";
        }
        String message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
