package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.Failure.Reason;
import dev.marmita.scheduler.compute.ReplicaSpec;
import dev.marmita.scheduler.process.ArtifactFetcher.Fetched;
import dev.marmita.scheduler.spec.DeploymentSpec.Resources;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Starts runners' processes. */
final class Launcher {

    private final ProcessSettings settings;
    private final RunnerCommand command;
    private final Confinement confinement;

    Launcher(ProcessSettings settings, Confinement confinement) {
        this.settings = settings;
        this.command = new RunnerCommand(settings);
        this.confinement = confinement;
    }

    /** A runner that serves. */
    RunnerProcess launch(
            ReplicaSpec spec, ReplicaFolder folder, Fetched fetched, Optional<Path> aot)
            throws ReplicaException {
        try {
            folder.writeLaunch(content(spec, folder, fetched));
            Resources resources = spec.work().resources();
            List<Path> joins = confinement.prepare(spec.id(), resources);
            List<String> line =
                    command.of(
                            folder,
                            resources,
                            joins,
                            confinement.prefix(resources),
                            aot.map(RunnerCommand::useAot).orElse(List.of()));
            return RunnerProcess.child(started(line, folder));
        } catch (IOException e) {
            throw cannotStart(e);
        }
    }

    /** One that ends when it would be ready, and leaves an AOT cache; it yields to those who serve. */
    Process train(ReplicaSpec spec, ReplicaFolder folder, Fetched fetched, Path cache)
            throws ReplicaException {
        try {
            Map<String, Object> launch = content(spec, folder, fetched);
            launch.put("exitAfterWarmup", true);
            folder.writeLaunch(launch);
            Resources resources = spec.work().resources();
            List<String> line = new ArrayList<>();
            Confinements.program("nice")
                    .ifPresent(nice -> line.addAll(List.of(nice.toString(), "-n", "19")));
            line.addAll(
                    command.of(
                            folder, resources, List.of(), List.of(), RunnerCommand.makeAot(cache)));
            return started(line, folder);
        } catch (IOException e) {
            throw cannotStart(e);
        }
    }

    private Map<String, Object> content(ReplicaSpec spec, ReplicaFolder folder, Fetched fetched)
            throws IOException {
        // A tenant's runners share what they derive from models; tenants share nothing.
        Path modelCache =
                settings.home().resolve("optimised").resolve(spec.endpoint().tenant().value());
        Files.createDirectories(modelCache);
        return LaunchFile.of(spec, folder, fetched.bundle(), fetched.models(), modelCache);
    }

    private static Process started(List<String> line, ReplicaFolder folder) throws IOException {
        File log = folder.log().file().toFile();
        ProcessBuilder builder =
                new ProcessBuilder(line)
                        .directory(folder.scratch().toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
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
