package dev.marmita.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A marmita home and the {@code ./marmita} command that works on it, as a person at a terminal has them. */
final class Installation implements World.Platform, AutoCloseable {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final Path checkout;
    private final Path home;
    private final Map<String, String> environment;

    /**
     * @param home a folder of its own; made where missing
     * @param environment added to this process's for every command
     */
    Installation(Path home, Map<String, String> environment) throws IOException {
        this.checkout = Path.of(System.getProperty("marmita.checkout", "..")).toRealPath();
        this.home = Files.createDirectories(home).toRealPath();
        this.environment = Map.copyOf(environment);
    }

    record Outcome(int exit, String output) {}

    record Connection(String url, String gatewayUrl, String adminToken, long pid) {}

    /** Runs {@code ./marmita <arguments>} to its end. */
    Outcome run(Duration limit, String... arguments)
            throws IOException, InterruptedException, TimeoutException {
        var command = new ArrayList<String>(List.of(checkout.resolve("marmita").toString()));
        command.addAll(List.of(arguments));
        Path output = Files.createTempFile(home, "command", ".log");
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
        builder.environment().put("MARMITA_HOME", home.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroyForcibly();
            throw new TimeoutException(
                    "marmita " + String.join(" ", arguments) + ":\n" + Files.readString(output));
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }

    /** Starts the platform and waits until it is ready. */
    Connection up(String... options) throws IOException, InterruptedException, TimeoutException {
        var command = new ArrayList<String>(List.of("up"));
        command.addAll(List.of(options));
        Outcome outcome = run(Duration.ofMinutes(5), command.toArray(String[]::new));
        if (outcome.exit() != 0) {
            throw new IOException(
                    "marmita up ended with " + outcome.exit() + ":\n" + outcome.output() + log());
        }
        return connection();
    }

    /** What {@code connection.json} says. */
    @Override
    public Connection connection() throws IOException {
        JsonNode node = JSON.readTree(Files.readString(home.resolve("connection.json")));
        return new Connection(
                node.path("url").asString(),
                node.path("gatewayUrl").asString(),
                node.path("adminToken").asString(),
                node.path("pid").asLong());
    }

    /** {@code kill -9} of the platform's process, and of nothing else. */
    void killPlatform() throws IOException, InterruptedException {
        ProcessHandle platform = ProcessHandle.of(connection().pid()).orElseThrow();
        platform.destroyForcibly();
        platform.onExit().orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Living processes whose command line names this home. */
    List<ProcessHandle> processes() throws IOException {
        var found = new ArrayList<ProcessHandle>();
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            if (process.pid() != ProcessHandle.current().pid()
                    && commandLine(process).contains(home.toString())) {
                found.add(process);
            }
        }
        return found;
    }

    /** Living processes of this home whose command line also contains {@code part}. */
    List<ProcessHandle> processes(String part) throws IOException {
        return processes().stream().filter(process -> commandLine(process).contains(part)).toList();
    }

    Path home() {
        return home;
    }

    Path checkout() {
        return checkout;
    }

    /** The end of the platform's log, for failure messages. */
    @Override
    public String log() throws IOException {
        var all = new StringBuilder();
        try (Stream<Path> files = Files.walk(home, 2)) {
            for (Path file : files.filter(path -> path.toString().endsWith(".log")).toList()) {
                List<String> lines = Files.readAllLines(file);
                all.append("--- ").append(file.getFileName()).append('\n');
                lines.subList(Math.max(0, lines.size() - 60), lines.size())
                        .forEach(line -> all.append(line).append('\n'));
            }
        }
        return all.toString();
    }

    @Override
    public void close() throws IOException {
        try {
            run(Duration.ofMinutes(1), "down");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException late) {
            throw new IOException(late);
        } finally {
            processes().forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"))
                    .replace('\0', ' ');
        } catch (IOException | SecurityException gone) {
            return "";
        }
    }
}
