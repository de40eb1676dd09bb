package dev.marmita.scheduler.process;

import dev.marmita.scheduler.spec.DeploymentSpec.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Bounds by control groups, version 2 or 1: one group for each replica. */
final class Cgroups implements Confinement {

    private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);
    private static final long PERIOD_MICROS = 100_000;
    private static final int REMOVE_TRIES = 50;

    /**
     * Folders under which groups can be made.
     *
     * @param memory of the memory controller
     * @param cpu of the CPU controller; null: that cannot be used. The same as {@code memory} in version 2
     */
    record Place(boolean unified, Path memory, @Nullable Path cpu) {}

    private final Place place;

    private Cgroups(Place place) {
        this.place = place;
    }

    /** Finds out, by making a group and joining it, whether this process may. */
    static Optional<Cgroups> probe(String name) {
        return CgroupPlaces.all().stream()
                .map(place -> usable(place, name))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<Cgroups> usable(Place place, String name) {
        Path own = place.memory().resolve(name);
        Path cpu = place.unified() ? own : place.cpu() == null ? null : place.cpu().resolve(name);
        try {
            Files.createDirectories(own);
            if (place.unified()) {
                CgroupPlaces.delegate(place.memory());
                CgroupPlaces.delegate(own);
            } else if (cpu != null) {
                Files.createDirectories(cpu);
            }
            Cgroups whole = new Cgroups(new Place(place.unified(), own, cpu));
            if (whole.works()) {
                return Optional.of(whole);
            }
            Cgroups memoryAlone = new Cgroups(new Place(place.unified(), own, null));
            if (memoryAlone.works()) {
                return Optional.of(memoryAlone);
            }
            removeGroup(own);
            return Optional.empty();
        } catch (IOException e) {
            LOG.debug("no control groups at {}: {}", own, e.toString());
            return Optional.empty();
        }
    }

    private boolean works() {
        String probe = "probe-" + ProcessHandle.current().pid();
        try {
            List<Path> joins = prepare(probe, new Resources(1000, 256L << 20));
            List<String> command = new ArrayList<>(List.of("/bin/sh", "-c"));
            command.add("for f in \"$@\"; do echo $$ > \"$f\" || exit 1; done");
            command.add("sh");
            joins.forEach(path -> command.add(path.toString()));
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            LOG.debug("control groups cannot be used at {}: {}", place, e.toString());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            remove(probe);
        }
    }

    @Override
    public List<String> inForce() {
        String version = "control groups v" + (place.unified() ? 2 : 1);
        return List.of(
                "memory: " + version,
                "cores: " + (place.cpu() == null ? "the runner's own JVM flags alone" : version));
    }

    @Override
    public List<Path> prepare(String replica, Resources resources) throws IOException {
        List<Path> joins = new ArrayList<>();
        Path memory = place.memory().resolve(replica);
        Files.createDirectories(memory);
        if (place.unified()) {
            Files.writeString(memory.resolve("memory.max"), Long.toString(resources.memoryBytes()));
            writeIfThere(memory.resolve("memory.swap.max"), "0");
        } else {
            Files.writeString(
                    memory.resolve("memory.limit_in_bytes"),
                    Long.toString(resources.memoryBytes()));
            writeIfThere(memory.resolve("memory.swappiness"), "0");
        }
        joins.add(memory.resolve("cgroup.procs"));
        if (place.cpu() != null) {
            Path cpu = place.cpu().resolve(replica);
            Files.createDirectories(cpu);
            long quota = Math.max(1000, resources.cpuMillis() * PERIOD_MICROS / 1000);
            if (place.unified()) {
                Files.writeString(cpu.resolve("cpu.max"), quota + " " + PERIOD_MICROS);
            } else {
                Files.writeString(cpu.resolve("cpu.cfs_period_us"), Long.toString(PERIOD_MICROS));
                Files.writeString(cpu.resolve("cpu.cfs_quota_us"), Long.toString(quota));
                joins.add(cpu.resolve("cgroup.procs"));
            }
        }
        return joins;
    }

    @Override
    public void claim(String replica, long pid, Resources resources) throws IOException {
        // The process is in the group already: new limits of the group are limits of the process.
        List<Path> unused = prepare(replica, resources);
    }

    private static void writeIfThere(Path file, String value) {
        try {
            if (Files.exists(file)) {
                Files.writeString(file, value);
            }
        } catch (IOException e) {
            LOG.debug("cannot set {}: {}", file, e.toString());
        }
    }

    @Override
    public List<String> prefix(Resources resources) {
        return List.of();
    }

    @Override
    public boolean outOfMemory(String replica) {
        Path file =
                place.memory()
                        .resolve(replica)
                        .resolve(place.unified() ? "memory.events" : "memory.oom_control");
        try {
            return Files.readAllLines(file).stream()
                    .anyMatch(line -> line.startsWith("oom_kill ") && !line.endsWith(" 0"));
        } catch (IOException e) {
            LOG.debug("cannot read {}: {}", file, e.toString());
            return false;
        }
    }

    @Override
    public void remove(String replica) {
        removeGroup(place.memory().resolve(replica));
        if (place.cpu() != null && !place.unified()) {
            removeGroup(place.cpu().resolve(replica));
        }
    }

    /** A group can be removed when its last process is reaped, which takes a moment. */
    private static void removeGroup(Path group) {
        try {
            for (int i = 0; i < REMOVE_TRIES && Files.isDirectory(group); i++) {
                for (String pid : Files.readAllLines(group.resolve("cgroup.procs"))) {
                    ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly);
                }
                if (group.toFile().delete()) {
                    return;
                }
                Thread.sleep(10);
            }
        } catch (IOException e) {
            LOG.debug("cannot remove {}: {}", group, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
