package dev.marmita.platform.artifacts;

import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.FieldError;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.platform.web.ProblemTranslator;
import dev.marmita.registry.RegistryException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/** What the registry's refusals mean over REST. */
@Component
final class RegistryProblems implements ProblemTranslator {

    @Override
    public Optional<ProblemException> translate(Exception failure) {
        return failure instanceof RegistryException refusal
                ? Optional.of(problem(refusal))
                : Optional.empty();
    }

    private static ProblemException problem(RegistryException refusal) {
        return switch (refusal) {
            case RegistryException.NotFound ignored -> of(ErrorCode.NOT_FOUND, refusal);
            case RegistryException.AlreadyExists ignored -> of(ErrorCode.ALREADY_EXISTS, refusal);
            case RegistryException.LabelConflict conflict -> labelConflict(conflict);
            case RegistryException.InUse ignored -> of(ErrorCode.IN_USE, refusal);
            case RegistryException.InvalidArgument argument ->
                    ProblemException.fields(
                            ErrorCode.INVALID_REQUEST,
                            List.of(new FieldError(argument.field(), message(refusal))));
            case RegistryException.InvalidArtifact ignored ->
                    of(ErrorCode.INVALID_ARTIFACT, refusal);
            case RegistryException.DigestMismatch mismatch ->
                    of(ErrorCode.DIGEST_MISMATCH, refusal)
                            .with("actual", mismatch.actual().toString());
            case RegistryException.SizeMismatch mismatch ->
                    of(ErrorCode.SIZE_MISMATCH, refusal)
                            .with("expected", mismatch.expected())
                            .with("actual", mismatch.actual());
            case RegistryException.WrongOffset wrong ->
                    of(ErrorCode.WRONG_OFFSET, refusal).with("offset", wrong.offset());
            case RegistryException.Busy busy ->
                    retryAfter(of(ErrorCode.BUSY, refusal), busy.retryAfter());
            case RegistryException.StorageUnavailable gone ->
                    retryAfter(of(ErrorCode.STORAGE_UNAVAILABLE, refusal), gone.retryAfter());
        };
    }

    private static ProblemException labelConflict(RegistryException.LabelConflict conflict) {
        ProblemException problem = of(ErrorCode.LABEL_CONFLICT, conflict);
        return conflict.actual().isPresent()
                ? problem.with("actual", conflict.actual().getAsInt())
                : problem;
    }

    private static ProblemException retryAfter(ProblemException problem, Duration after) {
        return problem.withHeader(
                HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, after.toSeconds())));
    }

    private static ProblemException of(ErrorCode code, RegistryException refusal) {
        return ProblemException.of(code, message(refusal));
    }

    private static String message(RegistryException refusal) {
        return String.valueOf(refusal.getMessage());
    }
}
