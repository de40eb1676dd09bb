package dev.marmita.cli.command;

import dev.marmita.cli.api.ApiException;
import dev.marmita.cli.api.Connection;
import dev.marmita.cli.api.Problem;
import dev.marmita.cli.api.UnreachableException;
import dev.marmita.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;

/** Turns what went wrong into what happened, why, and what to do; and into an exit status. */
final class Failures implements CommandLine.IExecutionExceptionHandler {
    private final Terminal terminal;

    Failures(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public int handleExecutionException(
            Exception failure, CommandLine command, CommandLine.ParseResult arguments)
            throws Exception {
        return switch (failure) {
            case ApiException refused -> refused(refused.problem());
            case UnreachableException nobody -> {
                say(message(nobody));
                terminal.note(
                        "  Is the platform running? './marmita status' tells, './marmita up' starts it.");
                yield ExitCode.NOT_REACHABLE;
            }
            case Connection.UnknownException unknown -> {
                say(message(unknown));
                yield ExitCode.NOT_REACHABLE;
            }
            case CommandException expected -> {
                say(message(expected));
                yield expected.exitCode();
            }
            case NoSuchFileException missing -> {
                say("There is no file " + missing.getFile());
                yield ExitCode.USAGE;
            }
            case AccessDeniedException denied -> {
                say("You may not read or write " + denied.getFile());
                yield ExitCode.USAGE;
            }
            case IOException broken -> {
                say(message(broken));
                yield ExitCode.FAILED;
            }
            case InterruptedException stopped -> {
                say("Interrupted");
                yield ExitCode.FAILED;
            }
            default -> throw failure; // a bug: its stack trace is wanted
        };
    }

    private int refused(Problem problem) {
        say(
                problem.detail().isEmpty()
                        ? "The platform answered " + problem.status()
                        : problem.detail());
        problem.fields()
                .forEach(it -> terminal.note("  %s: %s".formatted(it.name(), it.message())));
        String advice = advice(problem.status());
        if (!advice.isEmpty()) {
            terminal.note("  " + advice);
        }
        if (!problem.requestId().isEmpty()) {
            terminal.note(
                    terminal.faint(
                            "  status %d, request %s"
                                    .formatted(problem.status(), problem.requestId())));
        }
        return ExitCode.of(problem.status());
    }

    private static String advice(int status) {
        return switch (status) {
            case 401 ->
                    "Give a valid token in MARMITA_TOKEN, or unset it to use the one of the platform on this machine.";
            case 403 ->
                    "Use a token with the scope that this needs ('marmita token create' makes one).";
            case 429, 503 -> "Try again in a moment.";
            default -> status >= 500 ? "The platform's log tells more: './marmita logs'." : "";
        };
    }

    private void say(String text) {
        terminal.note(terminal.bad("error:") + " " + text);
    }

    private static String message(Exception failure) {
        String message = failure.getMessage();
        return message == null ? failure.toString() : message;
    }
}
