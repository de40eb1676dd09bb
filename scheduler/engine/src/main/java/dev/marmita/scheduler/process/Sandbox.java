package dev.marmita.scheduler.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Keeps runners away from the rest of the machine: by walls around files and processes, by a user of each
 * one's own, by both, or not at all.
 */
final class Sandbox {

    private final Optional<Bubblewrap> walls;
    private final Optional<RunnerUsers> users;
    private final Optional<Path> setpriv;
    private final List<String> inForce;

    private Sandbox(
            Optional<Bubblewrap> walls,
            Optional<RunnerUsers> users,
            Optional<Path> setpriv,
            String why) {
        this.walls = walls;
        this.users = users;
        this.setpriv = setpriv;
        this.inForce = inWords(walls.isPresent(), users, why);
    }

    static Sandbox none(String why) {
        return new Sandbox(Optional.empty(), Optional.empty(), Optional.empty(), why);
    }

    static Sandbox ofUsers(RunnerUsers users, Path setpriv, String why) {
        return new Sandbox(Optional.empty(), Optional.of(users), Optional.of(setpriv), why);
    }

    static Sandbox ofWalls(Bubblewrap walls) {
        return new Sandbox(Optional.of(walls), Optional.empty(), Optional.empty(), "");
    }

    static Sandbox ofBoth(Bubblewrap walls, RunnerUsers users, Path setpriv) {
        return new Sandbox(Optional.of(walls), Optional.of(users), Optional.of(setpriv), "");
    }

    private static List<String> inWords(boolean walls, Optional<RunnerUsers> users, String why) {
        String user =
                users.map(range -> "one of its own for each runner, from " + range)
                        .orElse("the platform's own");
        String reason = why.isEmpty() ? "" : " (" + why + ")";
        if (walls) {
            return List.of(
                    "files: bubblewrap, its own and the runtime's alone",
                    "processes: bubblewrap, its own alone",
                    "user: " + user);
        }
        return users.isPresent()
                ? List.of(
                        "files: what every user of this machine may read" + reason,
                        "processes: those of other users are seen, not touched",
                        "user: " + user)
                : List.of(
                        "files: what the platform's user may read and write" + reason,
                        "processes: those of the platform's user",
                        "user: " + user);
    }

    /** What keeps runners from what, in words. */
    List<String> inForce() {
        return inForce;
    }

    /** Whether a runner is kept from everything that is not its own. */
    boolean hasWalls() {
        return walls.isPresent();
    }

    /** Whether runners have to pass through the folders above their own by the rights of those. */
    boolean needsPassage() {
        return walls.isEmpty() && users.isPresent();
    }

    /** Makes the folder of a runner, with the rights that it needs. */
    void prepare(ReplicaFolder folder) throws IOException {
        folder.create();
        if (users.isPresent()) {
            users.get().give(folder);
        }
    }

    /**
     * What comes before the runner's command.
     *
     * @param devices whether it may use the machine's accelerators
     */
    List<String> before(ReplicaFolder folder, boolean devices) throws IOException {
        List<String> line = new ArrayList<>();
        if (walls.isPresent()) {
            line.addAll(walls.get().before(folder, devices));
        }
        OptionalInt user = folder.user();
        if (setpriv.isPresent() && user.isPresent()) {
            String id = Integer.toString(user.getAsInt());
            line.addAll(List.of(setpriv.get().toString(), "--reuid", id, "--regid", id));
            line.addAll(List.of("--clear-groups", "--bounding-set=-all", "--inh-caps=-all"));
            line.add("--no-new-privs");
        }
        return line;
    }
}
