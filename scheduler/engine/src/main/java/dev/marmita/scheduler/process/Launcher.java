package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.Failure.Reason;
import dev.marmita.scheduler.compute.ReplicaSpec;
import dev.marmita.scheduler.process.ArtifactFetcher.Fetched;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

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

    RunnerProcess launch(ReplicaSpec spec, ReplicaFolder folder, Fetched fetched)
            throws ReplicaException {
        try {
            // A tenant's runners share what they derive from models; tenants share nothing.
            Path modelCache =
                    settings.home().resolve("optimised").resolve(spec.endpoint().tenant().value());
            Files.createDirectories(modelCache);
            folder.writeLaunch(
                    LaunchFile.of(spec, folder, fetched.bundle(), fetched.models(), modelCache));
            List<Path> joins = confinement.prepare(spec.id(), spec.work().resources());
            List<String> line =
                    command.of(
                            folder,
                            spec.work().resources(),
                            joins,
                            confinement.prefix(spec.work().resources()));
            File log = folder.log().file().toFile();
            ProcessBuilder builder =
                    new ProcessBuilder(line)
                            .directory(folder.scratch().toFile())
                            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                            .redirectErrorStream(true);
            builder.environment().clear();
            builder.environment().putAll(RunnerCommand.environment(folder));
            return RunnerProcess.child(builder.start());
        } catch (IOException e) {
            throw new ReplicaException(
                    Reason.START_FAILED,
                    "the runner's process cannot be started: " + e.getMessage());
        }
    }
}
