package dev.marmita.platform.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.stream.Stream;
import org.hibernate.exception.JDBCConnectionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.transaction.TransactionException;
import org.springframework.web.HttpMediaTypeException;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import org.springframework.web.util.DisconnectedClientHelper;

/** Turns whatever ends a request into a problem; what is not known is logged once, told generically. */
@RestControllerAdvice
public final class ProblemAdvice {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

    private final List<ProblemTranslator> translators;

    ProblemAdvice(List<ProblemTranslator> translators) {
        this.translators = List.copyOf(translators);
    }

    @ExceptionHandler(HttpMessageNotReadableException.class)
    ResponseEntity<Problem> unreadable(
            HttpMessageNotReadableException failure, HttpServletRequest request) {
        return answer(BodyProblems.of(failure), request);
    }

    @ExceptionHandler(MethodArgumentNotValidException.class)
    ResponseEntity<Problem> invalid(
            MethodArgumentNotValidException failure, HttpServletRequest request) {
        List<FieldError> errors =
                Stream.concat(
                                failure.getFieldErrors().stream()
                                        .map(
                                                e ->
                                                        error(
                                                                e.getField(),
                                                                e.isBindingFailure()
                                                                        ? null
                                                                        : e.getDefaultMessage())),
                                failure.getGlobalErrors().stream()
                                        .map(e -> error("", e.getDefaultMessage())))
                        .toList();
        return answer(ProblemException.fields(ErrorCode.INVALID_REQUEST, errors), request);
    }

    @ExceptionHandler(HandlerMethodValidationException.class)
    ResponseEntity<Problem> invalid(
            HandlerMethodValidationException failure, HttpServletRequest request) {
        List<FieldError> errors =
                failure.getParameterValidationResults().stream()
                        .flatMap(
                                result ->
                                        result.getResolvableErrors().stream()
                                                .map(
                                                        e ->
                                                                error(
                                                                        String.valueOf(
                                                                                result.getMethodParameter()
                                                                                        .getParameterName()),
                                                                        e.getDefaultMessage())))
                        .toList();
        return answer(
                errors.isEmpty()
                        ? ProblemException.of(
                                ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_REQUEST.title())
                        : ProblemException.fields(ErrorCode.INVALID_REQUEST, errors),
                request);
    }

    @ExceptionHandler(MethodArgumentTypeMismatchException.class)
    ResponseEntity<Problem> mistyped(
            MethodArgumentTypeMismatchException failure, HttpServletRequest request) {
        Throwable cause = failure.getMostSpecificCause();
        String message =
                cause instanceof NumberFormatException || cause.getMessage() == null
                        ? "has a value that cannot be read"
                        : cause instanceof IllegalArgumentException
                                ? cause.getMessage()
                                : "has a value that cannot be read";
        return answer(ProblemException.field(failure.getName(), message), request);
    }

    @ExceptionHandler(MissingServletRequestParameterException.class)
    ResponseEntity<Problem> missing(
            MissingServletRequestParameterException failure, HttpServletRequest request) {
        return answer(ProblemException.field(failure.getParameterName(), "is missing"), request);
    }

    @ExceptionHandler(HttpRequestMethodNotSupportedException.class)
    ResponseEntity<Problem> method(
            HttpRequestMethodNotSupportedException failure, HttpServletRequest request) {
        var problem =
                ProblemException.of(
                        ErrorCode.METHOD_NOT_ALLOWED,
                        failure.getMethod() + " is not allowed on this path");
        var allowed = failure.getSupportedHttpMethods();
        if (allowed != null) {
            List<String> names = allowed.stream().map(HttpMethod::name).sorted().toList();
            problem = problem.withHeader(HttpHeaders.ALLOW, String.join(", ", names));
        }
        return answer(problem, request);
    }

    @ExceptionHandler(HttpMediaTypeException.class)
    ResponseEntity<Problem> mediaType(HttpMediaTypeException failure, HttpServletRequest request) {
        boolean answerType = failure instanceof HttpMediaTypeNotAcceptableException;
        List<String> known =
                failure.getSupportedMediaTypes().stream().map(MediaType::toString).toList();
        return answer(
                ProblemException.of(
                        answerType ? ErrorCode.NOT_ACCEPTABLE : ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                        (answerType ? "What is given here: " : "What is taken here: ")
                                + String.join(", ", known)),
                request);
    }

    @ExceptionHandler({NoHandlerFoundException.class, NoResourceFoundException.class})
    ResponseEntity<Problem> unknownPath(Exception failure, HttpServletRequest request) {
        return answer(
                ProblemException.of(ErrorCode.NOT_FOUND, "There is nothing at this path"), request);
    }

    @ExceptionHandler({
        TransactionException.class,
        DataAccessResourceFailureException.class,
        CannotGetJdbcConnectionException.class,
        TransientDataAccessException.class,
        QueryTimeoutException.class,
        JDBCConnectionException.class
    })
    ResponseEntity<Problem> databaseGone(Exception failure, HttpServletRequest request) {
        LOG.warn("the database cannot be used: {}", failure.toString());
        return answer(Unavailable.database(), request);
    }

    @ExceptionHandler(OptimisticLockingFailureException.class)
    ResponseEntity<Problem> changedMeanwhile(
            OptimisticLockingFailureException failure, HttpServletRequest request) {
        return answer(
                ProblemException.of(
                        ErrorCode.CONFLICT, "It was changed by somebody else meanwhile; try again"),
                request);
    }

    @ExceptionHandler(Exception.class)
    ResponseEntity<Problem> anything(Exception failure, HttpServletRequest request) {
        return answer(translate(failure), request);
    }

    /** The problem that the caller is to be told; logs what is not expected. */
    public ProblemException translate(Exception failure) {
        if (failure instanceof ProblemException problem) {
            return problem;
        }
        for (ProblemTranslator translator : translators) {
            var problem = translator.translate(failure);
            if (problem.isPresent()) {
                return problem.get();
            }
        }
        if (DisconnectedClientHelper.isClientDisconnectedException(failure)
                || failure instanceof SocketTimeoutException) {
            // Mostly there is nobody left to read this.
            return ProblemException.of(
                    ErrorCode.MALFORMED_BODY, "The connection ended before the body did");
        }
        if (Unavailable.isDatabaseGone(failure)) {
            LOG.warn("the database cannot be used: {}", failure.toString());
            return Unavailable.database();
        }
        LOG.error("a request failed", failure);
        return ProblemException.of(
                ErrorCode.INTERNAL, "The request could not be worked on; the log says why");
    }

    private static FieldError error(
            String field, @org.jspecify.annotations.Nullable String message) {
        return new FieldError(field, message == null ? "is not valid" : message);
    }

    private static ResponseEntity<Problem> answer(
            ProblemException problem, HttpServletRequest request) {
        var headers = new HttpHeaders();
        problem.headers().forEach(headers::set);
        return ResponseEntity.status(problem.code().status())
                .headers(headers)
                .contentType(MediaType.parseMediaType(Problem.MEDIA_TYPE))
                .body(Problem.of(problem, RequestIdFilter.of(request)));
    }
}
