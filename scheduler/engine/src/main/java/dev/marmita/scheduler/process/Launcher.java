package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.Failure.Reason;
import dev.marmita.scheduler.compute.ReplicaSpec;
import dev.marmita.scheduler.compute.SecretSource;
import dev.marmita.scheduler.process.ArtifactFetcher.Fetched;
import dev.marmita.scheduler.spec.DeploymentSpec.Resources;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts runners' processes. */
final class Launcher {

    private static final long WAITING_HEAP = 24L << 20;
    private static final long ROOM_TO_START = 32L << 20;
    private static final long ROOMY = 512L << 20;
    static final String GPU_POOL = "gpu";
    private static final ProcessBuilder.Redirect NOTHING_TO_READ =
            ProcessBuilder.Redirect.from(new File("/dev/null"));

    private final ProcessSettings settings;
    private final RunnerCommand command;
    private final Confinement confinement;
    private final Sandbox sandbox;
    private final TenantGraphs graphs;
    private final SecretHandover secrets;

    /** For replicas without secrets. */
    Launcher(
            ProcessSettings settings,
            Confinement confinement,
            Sandbox sandbox,
            TenantGraphs graphs) {
        this(settings, confinement, sandbox, graphs, SecretSource.NONE);
    }

    Launcher(
            ProcessSettings settings,
            Confinement confinement,
            Sandbox sandbox,
            TenantGraphs graphs,
            SecretSource secrets) {
        this.settings = settings;
        this.command = new RunnerCommand(settings);
        this.confinement = confinement;
        this.sandbox = sandbox;
        this.graphs = graphs;
        this.secrets = new SecretHandover(secrets, sandbox);
    }

    /** Makes the folder of a runner. */
    void prepare(ReplicaFolder folder) throws IOException {
        sandbox.prepare(folder);
    }

    /** A runner that serves. */
    RunnerProcess launch(
            ReplicaSpec spec, ReplicaFolder folder, Fetched fetched, Optional<Path> aot)
            throws ReplicaException {
        Optional<byte[]> handed = secrets.document(spec);
        try {
            folder.forgetTold();
            folder.writeLaunch(content(spec, folder, fetched));
            Resources resources = spec.work().resources();
            List<Path> joins = confinement.prepare(folder.name(), resources);
            List<String> before = new ArrayList<>(confinement.prefix(resources));
            before.addAll(sandbox.before(folder, spec.nodePool().equals(GPU_POOL)));
            List<String> line =
                    command.of(folder, resources, joins, before, aotFlags(folder, aot), List.of());
            boolean reads = handed.isPresent();
            RunnerProcess runner =
                    RunnerProcess.child(
                            started(
                                    line,
                                    folder,
                                    reads ? ProcessBuilder.Redirect.PIPE : NOTHING_TO_READ));
            if (reads) {
                runner.tell("", handed.get());
            }
            return runner;
        } catch (IOException e) {
            throw cannotStart(e);
        }
    }

    /** One that waits for work: its standard input tells it to read its launch file. */
    Process standby(ReplicaFolder folder, Resources resources, Optional<Path> aot)
            throws IOException {
        sandbox.prepare(folder);
        List<Path> joins = confinement.prepare(folder.name(), resources);
        List<String> flags = new ArrayList<>(aotFlags(folder, aot));
        // It grows when there is work; a start in a heap that is not small collects no garbage.
        if (resources.memoryBytes() >= ROOMY) {
            flags.add("-Xms" + (WAITING_HEAP + ROOM_TO_START));
            flags.add("-XX:NewSize=" + ROOM_TO_START);
        } else {
            flags.add("-Xms" + WAITING_HEAP);
        }
        List<String> line =
                command.of(
                        folder,
                        resources,
                        joins,
                        sandbox.before(folder, false),
                        flags,
                        List.of("--standby", folder.warm().toString()));
        return started(line, folder, ProcessBuilder.Redirect.PIPE);
    }

    /** Gives a waiting runner its work. */
    void claim(ReplicaSpec spec, ReplicaFolder folder, Fetched fetched, RunnerProcess standby)
            throws IOException, ReplicaException {
        Optional<byte[]> handed = secrets.document(spec);
        folder.writeLaunch(content(spec, folder, fetched));
        confinement.claim(folder.name(), standby.runnerPid(), spec.work().resources());
        if (handed.isPresent()) {
            standby.tell("go\n", handed.get());
        } else {
            standby.tell("go\n");
        }
    }

    /** Clears away what a runner that ended may have left of its secrets. */
    void forgetSecrets(ReplicaSpec spec, ReplicaFolder folder) {
        secrets.forget(spec, folder);
    }

    private Map<String, Object> content(ReplicaSpec spec, ReplicaFolder folder, Fetched fetched)
            throws IOException {
        graphs.provide(spec.endpoint().tenant().value(), folder);
        Fetched placed = Placement.place(fetched, folder);
        Optional<Path> place =
                SecretHandover.wanted(spec)
                        ? Optional.of(secrets.folder(spec, folder))
                        : Optional.empty();
        return LaunchFile.of(spec, folder, placed.bundle(), placed.models(), place);
    }

    /** Under a name in the runner's own folder, for it does not see that of the caches. */
    private List<String> aotFlags(ReplicaFolder folder, Optional<Path> aot) throws IOException {
        if (aot.isEmpty()) {
            return List.of();
        }
        if (aot.get().startsWith(settings.runnerHome())) {
            return RunnerCommand.useAot(aot.get());
        }
        Path own = folder.in().resolve("runner.aot");
        Placement.replace(aot.get(), own);
        return RunnerCommand.useAot(own);
    }

    private static Process started(
            List<String> line, ReplicaFolder folder, ProcessBuilder.Redirect input)
            throws IOException {
        File log = folder.log().file().toFile();
        ProcessBuilder builder =
                new ProcessBuilder(line)
                        .directory(folder.scratch().toFile())
                        .redirectInput(input)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                        .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().putAll(RunnerCommand.environment(folder));
        return builder.start();
    }

    private static ReplicaException cannotStart(IOException e) {
        return new ReplicaException(
                Reason.START_FAILED, "the runner's process cannot be started: " + e.getMessage());
    }
}
