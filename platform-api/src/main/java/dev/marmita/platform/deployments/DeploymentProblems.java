package dev.marmita.platform.deployments;

import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.FieldError;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.platform.web.ProblemTranslator;
import dev.marmita.scheduler.DeploymentException;
import dev.marmita.scheduler.spec.InvalidSpecException;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** What the scheduler's refusals mean over REST. */
@Component
final class DeploymentProblems implements ProblemTranslator {

    @Override
    public Optional<ProblemException> translate(Exception failure) {
        return switch (failure) {
            case InvalidSpecException invalid ->
                    Optional.of(problem(ErrorCode.INVALID_REQUEST, invalid, invalid.errors()));
            case DeploymentException refusal ->
                    Optional.of(problem(code(refusal.code()), refusal, refusal.errors()));
            default -> Optional.empty();
        };
    }

    private static ErrorCode code(DeploymentException.Code code) {
        return switch (code) {
            case NOT_FOUND, REVISION_NOT_FOUND -> ErrorCode.NOT_FOUND;
            case INVALID -> ErrorCode.INVALID_CONTENT;
            case NOT_ALLOWED -> ErrorCode.PLAN_EXCEEDED;
            case GENERATION_MISMATCH -> ErrorCode.PRECONDITION_FAILED;
            case CONFLICT -> ErrorCode.CONFLICT;
            case BAD_PAGE_TOKEN -> ErrorCode.INVALID_REQUEST;
        };
    }

    private static ProblemException problem(
            ErrorCode code, Exception failure, List<dev.marmita.scheduler.spec.FieldError> errors) {
        return errors.isEmpty()
                ? ProblemException.of(code, String.valueOf(failure.getMessage()))
                : ProblemException.fields(
                        code,
                        errors.stream()
                                .map(error -> new FieldError(error.field(), error.message()))
                                .toList());
    }
}
