package dev.marmita.scheduler;

import dev.marmita.scheduler.spec.FieldError;
import java.util.List;

/** A call that cannot be done; nothing was changed. */
public final class DeploymentException extends RuntimeException {

    /** What kind of no it is. */
    public enum Code {
        NOT_FOUND,
        REVISION_NOT_FOUND,
        /** The specification breaks a rule, names something that is not there, or leaves a slot empty. */
        INVALID,
        /** The tenant's plan does not allow it. */
        NOT_ALLOWED,
        /** {@code If-Match} named another generation than the present one. */
        GENERATION_MISMATCH,
        /** Someone else changed it at the same time, again and again. */
        CONFLICT,
        BAD_PAGE_TOKEN
    }

    private final Code code;
    private final transient List<FieldError> errors;

    public DeploymentException(Code code, String message) {
        this(code, message, List.of());
    }

    public DeploymentException(Code code, String message, List<FieldError> errors) {
        super(message);
        this.code = code;
        this.errors = List.copyOf(errors);
    }

    public Code code() {
        return code;
    }

    /** The fields that it is about; may be empty. */
    public List<FieldError> errors() {
        return errors;
    }
}
