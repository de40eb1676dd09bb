package dev.marmita.runner.grpc;

import dev.marmita.runner.http.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** Status codes of gRPC that are used here. */
enum GrpcStatus {
    OK(0),
    UNKNOWN(2),
    INVALID_ARGUMENT(3),
    DEADLINE_EXCEEDED(4),
    NOT_FOUND(5),
    PERMISSION_DENIED(7),
    RESOURCE_EXHAUSTED(8),
    UNIMPLEMENTED(12),
    INTERNAL(13),
    UNAVAILABLE(14);

    static final String MEDIA_TYPE = "application/grpc";

    private final int code;

    GrpcStatus(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    /** For a refusal that is told as a status of HTTP. */
    static GrpcStatus ofHttp(int status) {
        return switch (status) {
            case 400 -> INVALID_ARGUMENT;
            case 403 -> PERMISSION_DENIED;
            case 404 -> NOT_FOUND;
            case 413 -> RESOURCE_EXHAUSTED;
            case 405, 415, 501 -> UNIMPLEMENTED;
            case 500 -> INTERNAL;
            case 503 -> UNAVAILABLE;
            case 504 -> DEADLINE_EXCEEDED;
            default -> UNKNOWN;
        };
    }

    /** An answer of this status, without a message. */
    Reply.Whole reply(String message, Map<String, String> headers) {
        Reply.Whole empty = Reply.empty(200, headers);
        return new Reply.Whole(200, MEDIA_TYPE, empty.headers(), empty.body(), trailers(message));
    }

    /** What ends a stream with this status. */
    List<Reply.Header> trailers(String message) {
        return List.of(
                new Reply.Header("grpc-status", Integer.toString(code)),
                new Reply.Header("grpc-message", encoded(message)));
    }

    /** Percent-encoded as the protocol asks: all but printable ASCII, and the percent sign. */
    static String encoded(String message) {
        StringBuilder text = new StringBuilder();
        for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
            if (b >= 0x20 && b <= 0x7E && b != '%') {
                text.append((char) b);
            } else {
                text.append(String.format("%%%02X", b & 0xFF));
            }
        }
        return text.toString();
    }
}
