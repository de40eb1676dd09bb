package dev.marmita.runner;

/** A runner that cannot start, and why, in words for the person who deployed it. */
public final class StartFailedException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is at fault; {@link #text()} goes into the failure file. */
    public enum Reason {
        BUNDLE_INVALID("BundleInvalid", 2),
        MODEL_INVALID("ModelInvalid", 3),
        OUT_OF_MEMORY("OutOfMemory", 1),
        START_FAILED("StartFailed", 1);

        private final String text;
        private final int exitCode;

        Reason(String text, int exitCode) {
            this.text = text;
            this.exitCode = exitCode;
        }

        public String text() {
            return text;
        }

        /** The process's exit status. */
        public int exitCode() {
            return exitCode;
        }
    }

    private final Reason reason;

    public StartFailedException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
