package dev.marmita.cli.command;

/** A command cannot go on; the message is for the person who gave it. */
public final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int exitCode;

    public CommandException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public CommandException(String message) {
        this(ExitCode.FAILED, message);
    }

    int exitCode() {
        return exitCode;
    }
}
