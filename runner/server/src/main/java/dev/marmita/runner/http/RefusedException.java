package dev.marmita.runner.http;

import java.util.Map;

/** A request that is answered with an error, told in words. Has no stack trace: it is no fault of ours. */
public final class RefusedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int status;
    private final transient Map<String, String> headers;

    public RefusedException(int status, String message) {
        this(status, message, Map.of());
    }

    /**
     * @param headers sent with the error
     */
    public RefusedException(int status, String message, Map<String, String> headers) {
        super(message, null, false, false);
        this.status = status;
        this.headers = Map.copyOf(headers);
    }

    /** Not processed and safe to send again, elsewhere or later. */
    public static RefusedException unprocessed(String message) {
        return new RefusedException(
                503, message, Map.of("Retry-After", "1", "Marmita-Unprocessed", "true"));
    }

    /** The body is not what its Content-Encoding says. */
    static RefusedException corrupt() {
        return new RefusedException(400, "the body is not compressed as its Content-Encoding says");
    }

    /** The service itself gave the work up. */
    public static RefusedException cancelled() {
        return new RefusedException(500, "the service cancelled the request");
    }

    public int status() {
        return status;
    }

    public Map<String, String> headers() {
        return headers;
    }

    /** The message, never absent. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
