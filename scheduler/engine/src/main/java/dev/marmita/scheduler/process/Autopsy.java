package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.Failure;
import dev.marmita.scheduler.compute.Failure.Reason;
import dev.marmita.scheduler.spec.DeploymentSpec.Resources;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds out why a runner ended that nobody told to. */
final class Autopsy {

    private static final int LINES = 12;
    private static final int LONGEST_LINE = 400;
    private static final int EXIT_OUT_OF_MEMORY = 3;
    private static final int SIGNAL_BASE = 128;
    private static final int SIGKILL = 9;

    private final Confinement confinement;

    Autopsy(Confinement confinement) {
        this.confinement = confinement;
    }

    Failure of(ReplicaFolder folder, Resources resources, OptionalInt exitCode) {
        Optional<Failure> own = folder.failure();
        if (own.isPresent()) {
            return withLog(own.get(), folder);
        }
        String limit = (resources.memoryBytes() >> 20) + " MiB";
        if (confinement.outOfMemory(folder.name())) {
            return withLog(
                    new Failure(
                            Reason.OUT_OF_MEMORY,
                            "it was killed at its memory limit of "
                                    + limit
                                    + "; give it more memory"),
                    folder);
        }
        if (exitCode.orElse(0) == EXIT_OUT_OF_MEMORY) {
            return withLog(
                    new Failure(
                            Reason.OUT_OF_MEMORY,
                            "its heap is too small within the memory limit of "
                                    + limit
                                    + "; give it more memory"),
                    folder);
        }
        return withLog(ended(exitCode), folder);
    }

    private static Failure ended(OptionalInt exitCode) {
        if (exitCode.isEmpty()) {
            return new Failure(Reason.LOST, "it ended, nobody saw how");
        }
        int code = exitCode.getAsInt();
        if (code == SIGNAL_BASE + SIGKILL) {
            return new Failure(Reason.KILLED, "it was killed from outside (signal 9)");
        }
        return code > SIGNAL_BASE && code < SIGNAL_BASE + 65
                ? new Failure(Reason.EXITED, "it was ended by signal " + (code - SIGNAL_BASE))
                : new Failure(Reason.EXITED, "it ended by itself with exit code " + code);
    }

    /** With the last lines of its log, which most often say more. */
    static Failure withLog(Failure failure, ReplicaFolder folder) {
        List<String> lines = folder.log().tail(LINES);
        if (lines.isEmpty()) {
            return failure;
        }
        StringBuilder message = new StringBuilder(failure.message());
        message.append("\nlast lines of its log:");
        for (String line : lines) {
            message.append('\n')
                    .append(
                            line.length() <= LONGEST_LINE
                                    ? line
                                    : line.substring(0, LONGEST_LINE) + "…");
        }
        return new Failure(failure.reason(), message.toString());
    }
}
