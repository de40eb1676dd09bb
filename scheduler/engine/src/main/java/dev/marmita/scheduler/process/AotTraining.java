package dev.marmita.scheduler.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Makes an AOT cache: a start of the runner on a service of nobody's that ends when it has served. */
final class AotTraining {

    /** How long it may take on the slowest machine. */
    static final Duration LONGEST = Duration.ofMinutes(5);

    private final ProcessSettings settings;

    AotTraining(ProcessSettings settings) {
        this.settings = settings;
    }

    /**
     * @param work empty folder
     * @param cache file to be made
     */
    void make(Path work, Path cache) throws IOException, InterruptedException {
        LogFile log = new LogFile(work.resolve("log"));
        run(command(work, cache), work, log);
        if (!Files.isRegularFile(cache)) {
            throw new IOException("the training run left none: " + last(log));
        }
        // The runtime refuses here what it would pass over in silence at every start.
        run(verification(cache), work, log);
    }

    private List<String> command(Path work, Path cache) {
        List<String> command = new ArrayList<>();
        // It yields to those who serve.
        Confinements.program("nice")
                .ifPresent(nice -> command.addAll(List.of(nice.toString(), "-n", "19")));
        command.addAll(java());
        command.addAll(List.of("-Xmx128m", "-XX:+UseSerialGC", "-XX:-UsePerfData"));
        command.add("-Djava.io.tmpdir=" + work);
        command.add("-XX:AOTCacheOutput=" + cache);
        command.addAll(
                List.of(
                        "-cp",
                        new RunnerHome(settings.runnerHome()).classPath(),
                        settings.mainClass(),
                        "--train",
                        work.resolve("launch").toString()));
        return command;
    }

    private List<String> verification(Path cache) {
        List<String> command = new ArrayList<>(java());
        command.addAll(List.of("-XX:AOTMode=on", "-XX:AOTCache=" + cache));
        command.addAll(
                List.of("-cp", new RunnerHome(settings.runnerHome()).classPath(), "-version"));
        return command;
    }

    private List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(settings.javaHome().resolve("bin/java").toString());
        command.addAll(RunnerCommand.ACCESS);
        Path natives = settings.runnerHome().resolve("native");
        if (Files.isDirectory(natives)) {
            command.add("-Donnxruntime.native.path=" + natives);
        }
        command.addAll(settings.jvmOptions());
        return command;
    }

    private static void run(List<String> command, Path work, LogFile log)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(work.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.file().toFile()))
                        .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/local/bin:/usr/bin:/bin");
        builder.environment().put("LANG", "C.UTF-8");
        builder.environment().put("TMPDIR", work.toString());
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        Process process = builder.start();
        try {
            boolean inTime = process.waitFor(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
            if (!inTime || process.exitValue() != 0) {
                throw new IOException("the training run failed: " + last(log));
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    private static String last(LogFile log) {
        return String.join(" / ", log.tail(3));
    }
}
