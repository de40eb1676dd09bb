package dev.marmita.scheduler.compute;

import java.util.Objects;

/**
 * Why a replica does not work.
 *
 * @param message plain words for the tenant; may hold the last lines of the log
 */
public record Failure(Reason reason, String message) {

    /** Reasons, as they show in conditions. */
    public enum Reason {
        BUNDLE_INVALID("BundleInvalid", true),
        MODEL_INVALID("ModelInvalid", true),
        OUT_OF_MEMORY("OutOfMemory", false),
        START_FAILED("StartFailed", false),
        START_TIMED_OUT("StartTimedOut", false),
        ARTIFACT_UNAVAILABLE("ArtifactUnavailable", false),
        ARTIFACT_CORRUPT("ArtifactCorrupt", false),
        SECRET_UNAVAILABLE("SecretUnavailable", false),
        DISK_FULL("DiskFull", false),
        UNRESPONSIVE("Unresponsive", false),
        KILLED("Killed", false),
        EXITED("Exited", false),
        LOST("Lost", false);

        private final String text;
        private final boolean permanent;

        Reason(String text, boolean permanent) {
            this.text = text;
            this.permanent = permanent;
        }

        /** As shown to people. */
        public String text() {
            return text;
        }

        /** Whether another try of the same revision must fail the same way. */
        public boolean permanent() {
            return permanent;
        }
    }

    public Failure {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(message, "message");
    }
}
