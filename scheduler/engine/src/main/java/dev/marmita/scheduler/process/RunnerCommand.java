package dev.marmita.scheduler.process;

import dev.marmita.scheduler.spec.DeploymentSpec.Resources;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The command line of a runner. */
final class RunnerCommand {

    /** Writes its own id where it is asked to, before it becomes the runner: so none is ever unknown. */
    private static final String JOIN_AND_RUN =
            "while [ \"$1\" != -- ]; do echo $$ > \"$1\" || exit 97; shift; done; shift; exec \"$@\"";

    /** What the runner's libraries reach for; an AOT cache fits only those who start with the same. */
    static final List<String> ACCESS =
            List.of("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    private static final long LEAST_HEAP = 48L << 20;

    private final ProcessSettings settings;
    private final Optional<Path> setsid = Confinements.program("setsid");

    RunnerCommand(ProcessSettings settings) {
        this.settings = settings;
    }

    /**
     * @param joins files into which the process writes its id before anything else
     * @param before goes before the runtime's command
     * @param options of the runner, before its launch file
     */
    List<String> of(
            ReplicaFolder folder,
            Resources resources,
            List<Path> joins,
            List<String> before,
            List<String> aot,
            List<String> options) {
        List<String> command = new ArrayList<>();
        // A session of its own: signals to the platform's terminal or group are not for it.
        setsid.ifPresent(path -> command.add(path.toString()));
        command.addAll(List.of("/bin/sh", "-c", JOIN_AND_RUN, "sh"));
        joins.forEach(path -> command.add(path.toString()));
        command.add(folder.pid().toString());
        command.add("--");
        command.addAll(before);
        command.add(settings.javaHome().resolve("bin/java").toString());
        command.addAll(flags(folder, resources));
        command.addAll(aot);
        command.addAll(
                List.of(
                        "-cp",
                        new RunnerHome(settings.runnerHome()).classPath(),
                        settings.mainClass()));
        command.addAll(options);
        command.add(folder.launch().toString());
        return command;
    }

    private List<String> flags(ReplicaFolder folder, Resources resources) {
        List<String> flags = new ArrayList<>();
        flags.add("-Xmx" + heap(resources.memoryBytes()));
        flags.add("-XX:ActiveProcessorCount=" + resources.cores());
        flags.add(resources.cores() == 1 ? "-XX:+UseSerialGC" : "-XX:+UseParallelGC");
        flags.add("-XX:+ExitOnOutOfMemoryError");
        flags.add("-XX:-UsePerfData");
        flags.addAll(ACCESS);
        flags.add("-Djava.io.tmpdir=" + folder.scratch());
        // Its user may be one that the machine has no name for.
        flags.add("-Duser.name=runner");
        flags.add("-Duser.home=" + folder.scratch());
        Path natives = settings.runnerHome().resolve("native");
        if (Files.isDirectory(natives)) {
            flags.add("-Donnxruntime.native.path=" + natives);
        }
        flags.addAll(settings.jvmOptions());
        return flags;
    }

    /** One that does not fit is ignored; that is no news for the tenant's log. */
    static List<String> useAot(Path cache) {
        return List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off");
    }

    /** Under half of the memory: models, tensors and images live outside of the heap. */
    private static long heap(long memoryBytes) {
        return Math.max(LEAST_HEAP, memoryBytes / 100 * 45);
    }

    /** Nothing of the platform's own environment gets in. */
    static Map<String, String> environment(ReplicaFolder folder) {
        Map<String, String> environment = new TreeMap<>();
        environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
        environment.put("LANG", "C.UTF-8");
        environment.put("HOME", folder.scratch().toString());
        environment.put("TMPDIR", folder.scratch().toString());
        environment.put("ORT_DISABLE_TELEMETRY", "1");
        // glibc gives every few threads a heap of their own and keeps in them what is freed: models
        // that
        // come and go leave holes, and memory grows. Few heaps, and weights outside of them.
        environment.put("MALLOC_ARENA_MAX", "2");
        environment.put("MALLOC_MMAP_THRESHOLD_", Integer.toString(1 << 20));
        return environment;
    }
}
