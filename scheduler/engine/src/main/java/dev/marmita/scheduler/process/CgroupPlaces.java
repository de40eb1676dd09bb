package dev.marmita.scheduler.process;

import dev.marmita.scheduler.process.Cgroups.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where this process might make control groups: at its own group or above, the nearest first. */
final class CgroupPlaces {

    private static final Logger LOG = LoggerFactory.getLogger(CgroupPlaces.class);

    private CgroupPlaces() {}

    static List<Place> all() {
        List<Place> places = new ArrayList<>();
        try {
            Map<String, String> own = ownGroups();
            Path unified = mount("cgroup2", "");
            if (unified != null && own.containsKey("")) {
                Path at = below(unified, own.getOrDefault("", "/"));
                while (at != null && at.startsWith(unified)) {
                    places.add(new Place(true, at, at));
                    at = at.getParent();
                }
            }
            Path memory = mount("cgroup", "memory");
            if (memory != null) {
                Path cpu = mount("cgroup", "cpu");
                String path = own.getOrDefault("memory", "/");
                Path cpuAt = cpu == null ? null : below(cpu, own.getOrDefault("cpu", "/"));
                places.add(new Place(false, below(memory, path), cpuAt));
                places.add(new Place(false, memory, cpu));
            }
        } catch (IOException e) {
            LOG.debug("cannot find control groups: {}", e.toString());
        }
        return places;
    }

    /** The version-2 controllers for the groups below; without effect where they are on already. */
    static void delegate(Path group) {
        for (String controller : List.of("+memory", "+cpu")) {
            try {
                Files.writeString(group.resolve("cgroup.subtree_control"), controller);
            } catch (IOException e) {
                LOG.debug("{} cannot be had at {}: {}", controller, group, e.toString());
            }
        }
    }

    private static Path below(Path mount, String path) {
        Path at = mount.resolve(path.replaceFirst("^/+", "")).normalize();
        // In a container the path may be the host's.
        return at.startsWith(mount) && Files.isDirectory(at) ? at : mount;
    }

    /** This process's groups by controller; the empty name is version 2's. */
    private static Map<String, String> ownGroups() throws IOException {
        Map<String, String> groups = new HashMap<>();
        for (String line : Files.readAllLines(Path.of("/proc/self/cgroup"))) {
            String[] parts = line.split(":", 3);
            for (String controller : parts[1].split(",")) {
                groups.put(controller, parts[2]);
            }
        }
        return groups;
    }

    private static @Nullable Path mount(String type, String controller) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/mounts"))) {
            String[] parts = line.split(" ");
            boolean fits =
                    parts.length > 3
                            && parts[2].equals(type)
                            && (controller.isEmpty()
                                    || List.of(parts[3].split(",")).contains(controller));
            if (fits) {
                return Path.of(parts[1]);
            }
        }
        return null;
    }
}
