package dev.marmita.scheduler.compute;

import java.util.List;

/** The last lines of one replica, oldest first. */
public record ReplicaLog(String replica, List<String> lines) {
    public ReplicaLog {
        lines = List.copyOf(lines);
    }
}
