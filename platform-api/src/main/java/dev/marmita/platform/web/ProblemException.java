package dev.marmita.platform.web;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Ends a request with a problem; the message is shown to the caller. */
public final class ProblemException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final transient List<FieldError> errors;
    private final transient Map<String, String> headers;
    private final transient Map<String, Object> extra;

    private ProblemException(
            ErrorCode code,
            String detail,
            List<FieldError> errors,
            Map<String, String> headers,
            Map<String, Object> extra,
            @Nullable Throwable cause) {
        super(detail, cause, false, false);
        this.code = Objects.requireNonNull(code, "code");
        this.errors = List.copyOf(errors);
        this.headers = Map.copyOf(headers);
        this.extra = Map.copyOf(extra);
    }

    /** A problem in plain words. */
    public static ProblemException of(ErrorCode code, String detail) {
        return new ProblemException(code, detail, List.of(), Map.of(), Map.of(), null);
    }

    /** A request that is wrong in one field. */
    public static ProblemException field(String field, String message) {
        return fields(ErrorCode.INVALID_REQUEST, List.of(new FieldError(field, message)));
    }

    /** A request that is wrong in some fields, at least one. */
    public static ProblemException fields(ErrorCode code, List<FieldError> errors) {
        FieldError first = errors.getFirst();
        String detail =
                first.field().isEmpty() ? first.message() : first.field() + ": " + first.message();
        return new ProblemException(code, detail, errors, Map.of(), Map.of(), null);
    }

    /** The same with a response header. */
    public ProblemException withHeader(String name, String value) {
        var more = new java.util.LinkedHashMap<>(headers);
        more.put(name, value);
        return new ProblemException(code, detail(), errors, more, extra, getCause());
    }

    /** The same with one more member in the problem's body. */
    public ProblemException with(String member, Object value) {
        var more = new java.util.LinkedHashMap<>(extra);
        more.put(member, value);
        return new ProblemException(code, detail(), errors, headers, more, getCause());
    }

    public ErrorCode code() {
        return code;
    }

    /** What the caller is told. */
    public String detail() {
        return Objects.requireNonNull(getMessage());
    }

    public List<FieldError> errors() {
        return errors;
    }

    Map<String, String> headers() {
        return headers;
    }

    Map<String, Object> extra() {
        return extra;
    }
}
