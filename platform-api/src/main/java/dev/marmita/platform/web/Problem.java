package dev.marmita.platform.web;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/** An error on the wire, after RFC 9457. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
record Problem(
        String type,
        String title,
        int status,
        String detail,
        List<FieldError> errors,
        String requestId,
        @JsonAnyGetter Map<String, Object> extra) {

    static final String MEDIA_TYPE = "application/problem+json";

    static Problem of(ProblemException problem, String requestId) {
        ErrorCode code = problem.code();
        return new Problem(
                code.type(),
                code.title(),
                code.status().value(),
                problem.detail(),
                problem.errors(),
                requestId,
                problem.extra());
    }
}
