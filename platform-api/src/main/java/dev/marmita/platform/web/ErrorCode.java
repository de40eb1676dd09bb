package dev.marmita.platform.web;

import org.springframework.http.HttpStatus;

/** Every error that the control API answers with; the slug is part of the API and never changes. */
public enum ErrorCode {
    INVALID_REQUEST("invalid-request", HttpStatus.BAD_REQUEST, "The request is not valid"),
    MALFORMED_BODY("malformed-body", HttpStatus.BAD_REQUEST, "The body cannot be read"),
    UNAUTHENTICATED("unauthenticated", HttpStatus.UNAUTHORIZED, "A valid token is needed"),
    FORBIDDEN("forbidden", HttpStatus.FORBIDDEN, "The token does not allow this"),
    NOT_FOUND("not-found", HttpStatus.NOT_FOUND, "There is no such thing"),
    METHOD_NOT_ALLOWED(
            "method-not-allowed", HttpStatus.METHOD_NOT_ALLOWED, "The method is not allowed here"),
    NOT_ACCEPTABLE(
            "not-acceptable", HttpStatus.NOT_ACCEPTABLE, "No answer in a form that you accept"),
    CONFLICT("conflict", HttpStatus.CONFLICT, "The request conflicts with the present state"),
    ALREADY_EXISTS("already-exists", HttpStatus.CONFLICT, "It exists already"),
    IN_USE("in-use", HttpStatus.CONFLICT, "It is in use"),
    WRONG_OFFSET("wrong-offset", HttpStatus.CONFLICT, "The upload stands at another offset"),
    IN_PROGRESS("in-progress", HttpStatus.CONFLICT, "The same request is being worked on already"),
    LABEL_CONFLICT("label-conflict", HttpStatus.CONFLICT, "The label points elsewhere"),
    PLAN_EXCEEDED("plan-exceeded", HttpStatus.FORBIDDEN, "The tenant's plan does not allow this"),
    PRECONDITION_FAILED(
            "precondition-failed", HttpStatus.PRECONDITION_FAILED, "It was changed meanwhile"),
    TOO_LARGE("too-large", HttpStatus.CONTENT_TOO_LARGE, "The body is too large"),
    UNSUPPORTED_MEDIA_TYPE(
            "unsupported-media-type",
            HttpStatus.UNSUPPORTED_MEDIA_TYPE,
            "The body's media type is not known here"),
    INVALID_CONTENT("invalid-content", HttpStatus.UNPROCESSABLE_CONTENT, "The content is refused"),
    INVALID_ARTIFACT(
            "invalid-artifact",
            HttpStatus.UNPROCESSABLE_CONTENT,
            "It is no model or bundle that could run"),
    DIGEST_MISMATCH(
            "digest-mismatch",
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The bytes have another digest than announced"),
    SIZE_MISMATCH(
            "size-mismatch",
            HttpStatus.UNPROCESSABLE_CONTENT,
            "There are more or fewer bytes than announced"),
    IDEMPOTENCY_MISMATCH(
            "idempotency-mismatch",
            HttpStatus.UNPROCESSABLE_CONTENT,
            "The idempotency key was used for another request"),
    BUSY("busy", HttpStatus.SERVICE_UNAVAILABLE, "Too much of this at once"),
    STORAGE_UNAVAILABLE(
            "storage-unavailable",
            HttpStatus.SERVICE_UNAVAILABLE,
            "The object store does not answer"),
    INTERNAL("internal", HttpStatus.INTERNAL_SERVER_ERROR, "Something went wrong on our side"),
    UNAVAILABLE(
            "unavailable", HttpStatus.SERVICE_UNAVAILABLE, "A part of the platform is not there");

    private final String slug;
    private final HttpStatus status;
    private final String title;

    ErrorCode(String slug, HttpStatus status, String title) {
        this.slug = slug;
        this.status = status;
        this.title = title;
    }

    public HttpStatus status() {
        return status;
    }

    /** What kind of problem, in a few words. */
    public String title() {
        return title;
    }

    /** Part of the API: stable. */
    public String slug() {
        return slug;
    }

    /** The problem's {@code type}. */
    String type() {
        return "urn:marmita:error:" + slug;
    }
}
