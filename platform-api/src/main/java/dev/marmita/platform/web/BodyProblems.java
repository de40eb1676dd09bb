package dev.marmita.platform.web;

import java.util.List;
import org.springframework.http.converter.HttpMessageNotReadableException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.exc.ValueInstantiationException;

/** Says what is wrong with a body that cannot be read, by field, without naming our classes. */
public final class BodyProblems {

    private BodyProblems() {}

    static ProblemException of(HttpMessageNotReadableException failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof ProblemException problem) {
                return problem;
            }
        }
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof JacksonException jackson) {
                return of(jackson);
            }
        }
        return ProblemException.of(ErrorCode.MALFORMED_BODY, "The body is missing or broken");
    }

    /** The problem behind a failed read of JSON or YAML. */
    public static ProblemException of(JacksonException failure) {
        String path = path(failure.getPath());
        return switch (failure) {
            case StreamConstraintsException ignored ->
                    ProblemException.of(
                            ErrorCode.MALFORMED_BODY,
                            "The body is nested too deeply or has a value that is too long");
            case StreamReadException ignored ->
                    ProblemException.of(
                            ErrorCode.MALFORMED_BODY,
                            "The body is not well-formed" + place(failure.getLocation()));
            case UnrecognizedPropertyException ignored ->
                    ProblemException.field(path, "is not a known field");
            case InvalidFormatException ignored ->
                    ProblemException.field(path, "has a value that cannot be read");
            case ValueInstantiationException value -> ProblemException.field(path, reason(value));
            case MismatchedInputException mismatch when path.isEmpty() ->
                    ProblemException.of(
                            ErrorCode.MALFORMED_BODY,
                            "The body is not of the form that is wanted here"
                                    + place(mismatch.getLocation()));
            case MismatchedInputException ignored ->
                    ProblemException.field(path, "has a value of the wrong kind");
            default -> ProblemException.of(ErrorCode.MALFORMED_BODY, "The body cannot be read");
        };
    }

    private static String reason(ValueInstantiationException failure) {
        Throwable cause = failure.getCause();
        return cause instanceof IllegalArgumentException && cause.getMessage() != null
                ? cause.getMessage()
                : "has a value that is not valid";
    }

    private static String place(TokenStreamLocation location) {
        return location == null || location.getLineNr() < 1
                ? ""
                : " (line " + location.getLineNr() + ", column " + location.getColumnNr() + ")";
    }

    private static String path(List<JacksonException.Reference> references) {
        var path = new StringBuilder();
        for (JacksonException.Reference reference : references) {
            String name = reference.getPropertyName();
            if (name == null) {
                path.append('[').append(reference.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(name);
            }
        }
        return path.length() <= 200 ? path.toString() : path.substring(0, 200) + "…";
    }
}
