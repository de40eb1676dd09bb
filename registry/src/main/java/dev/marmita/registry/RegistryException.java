package dev.marmita.registry;

import java.time.Duration;
import java.util.OptionalInt;

/** An expected refusal, in words for the user. Each has a stable {@link #slug()}; nothing was changed. */
public abstract sealed class RegistryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String slug;

    private RegistryException(String slug, String message) {
        super(message);
        this.slug = slug;
    }

    /** The stable name of this kind of refusal. */
    public final String slug() {
        return slug;
    }

    /** There is no such model, service, version, label, blob or upload. Status 404. */
    public static final class NotFound extends RegistryException {
        private static final long serialVersionUID = 1L;

        public NotFound(String message) {
            super("not-found", message);
        }
    }

    /** The name is taken. Status 409. */
    public static final class AlreadyExists extends RegistryException {
        private static final long serialVersionUID = 1L;

        public AlreadyExists(String message) {
            super("already-exists", message);
        }
    }

    /** The label does not point where the caller expected. Status 409. */
    public static final class LabelConflict extends RegistryException {
        private static final long serialVersionUID = 1L;
        private final transient OptionalInt actual;

        public LabelConflict(String message, OptionalInt actual) {
            super("label-conflict", message);
            this.actual = actual;
        }

        /** Where the label points; empty where it is not set. */
        public OptionalInt actual() {
            return actual;
        }
    }

    /** The version or its name is labelled, or runs somewhere. Status 409. */
    public static final class InUse extends RegistryException {
        private static final long serialVersionUID = 1L;

        public InUse(String message) {
            super("in-use", message);
        }
    }

    /** A value in the request is not allowed. Status 400. */
    public static final class InvalidArgument extends RegistryException {
        private static final long serialVersionUID = 1L;
        private final String field;

        public InvalidArgument(String field, String message) {
            super("invalid-argument", message);
            this.field = field;
        }

        /** The field at fault, such as {@code tags.owner}. */
        public String field() {
            return field;
        }
    }

    /** The content is no model or bundle that the platform could run. Status 422. */
    public static final class InvalidArtifact extends RegistryException {
        private static final long serialVersionUID = 1L;

        public InvalidArtifact(String message) {
            super("invalid-artifact", message);
        }
    }

    /** The bytes have another digest than announced; the upload is gone. Status 422. */
    public static final class DigestMismatch extends RegistryException {
        private static final long serialVersionUID = 1L;
        private final transient Digest actual;

        public DigestMismatch(Digest expected, Digest actual) {
            super("digest-mismatch", "expected " + expected + ", but the bytes are " + actual);
            this.actual = actual;
        }

        public Digest actual() {
            return actual;
        }
    }

    /** There are more or fewer bytes than announced. Status 422. */
    public static final class SizeMismatch extends RegistryException {
        private static final long serialVersionUID = 1L;
        private final long expected;
        private final long actual;

        public SizeMismatch(String message, long expected, long actual) {
            super("size-mismatch", message);
            this.expected = expected;
            this.actual = actual;
        }

        public long expected() {
            return expected;
        }

        /** The bytes that are there; where there are too many, at least as many as were seen. */
        public long actual() {
            return actual;
        }
    }

    /** The chunk does not begin where the upload ends, or somebody else wrote meanwhile. Status 409. */
    public static final class WrongOffset extends RegistryException {
        private static final long serialVersionUID = 1L;
        private final long offset;

        public WrongOffset(long given, long offset) {
            super("wrong-offset", "the upload goes on at offset " + offset + ", not " + given);
            this.offset = offset;
        }

        /** Where to go on. */
        public long offset() {
            return offset;
        }
    }

    /** The platform has as much of this to do as it takes at once. Status 503. */
    public static final class Busy extends RegistryException {
        private static final long serialVersionUID = 1L;
        private final transient Duration retryAfter;

        public Busy(String message, Duration retryAfter) {
            super("busy", message);
            this.retryAfter = retryAfter;
        }

        public Duration retryAfter() {
            return retryAfter;
        }
    }

    /** The object store does not answer, or with errors, also after retries. Status 503. */
    public static final class StorageUnavailable extends RegistryException {
        private static final long serialVersionUID = 1L;
        private final transient Duration retryAfter;

        public StorageUnavailable(String message, Duration retryAfter, Throwable cause) {
            super("storage-unavailable", message);
            this.retryAfter = retryAfter;
            initCause(cause);
        }

        public Duration retryAfter() {
            return retryAfter;
        }
    }
}
