package dev.marmita.registry.s3;

import dev.marmita.registry.RegistryException.StorageUnavailable;
import dev.marmita.registry.blob.BlobStore.MultipartGone;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The SDK's errors in the registry's words. */
final class S3Errors {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(10);
    private static final int NOT_FOUND = 404;

    private S3Errors() {}

    static <T extends @Nullable Object> T translated(Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException error) {
            throw unavailable(error);
        }
    }

    static <T> Optional<T> ifThere(Supplier<T> call) {
        try {
            return Optional.of(call.get());
        } catch (SdkException error) {
            if (isNotFound(error)) {
                return Optional.empty();
            }
            throw unavailable(error);
        }
    }

    static <T> T ofMultipart(String key, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException error) {
            if (isNotFound(error)) {
                throw new MultipartGone(key, error);
            }
            throw unavailable(error);
        }
    }

    private static boolean isNotFound(SdkException error) {
        return error instanceof S3Exception answer && answer.statusCode() == NOT_FOUND;
    }

    /** Also for a refusal: a wrong key or right is the operator's to mend, not the caller's. */
    private static StorageUnavailable unavailable(SdkException error) {
        String why =
                error instanceof S3Exception answer
                        ? "answers with status " + answer.statusCode() + code(answer)
                        : "does not answer";
        return new StorageUnavailable("the object store " + why, RETRY_AFTER, error);
    }

    private static String code(S3Exception answer) {
        var details = answer.awsErrorDetails();
        return details == null || details.errorCode() == null
                ? ""
                : " (" + details.errorCode() + ")";
    }
}
