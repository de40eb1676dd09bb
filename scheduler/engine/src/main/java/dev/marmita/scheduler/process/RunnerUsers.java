package dev.marmita.scheduler.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;

/**
 * Users of this machine that nobody else is, one for each runner's folder, for a platform that is root.
 * Who has which is written in the folders alone, so that it is still known after a crash. Thread-safe.
 */
final class RunnerUsers {

    private final int first;
    private final int last;
    private final List<Path> places;

    /**
     * @param places whose sub-folders may hold a user
     */
    RunnerUsers(int first, int last, List<Path> places) {
        this.first = first;
        this.last = last;
        this.places = List.copyOf(places);
    }

    @Override
    public String toString() {
        return first + " to " + last;
    }

    /** Some user of the range, to try things out with. */
    int any() {
        return last;
    }

    /** Makes the folder a free user's: what it writes to is its own, what it reads can be reached by it. */
    synchronized void give(ReplicaFolder folder) throws IOException {
        int user = folder.user().isPresent() ? folder.user().getAsInt() : free();
        folder.writeUser(user);
        Files.setAttribute(folder.path(), "unix:gid", user, LinkOption.NOFOLLOW_LINKS);
        mode(folder.path(), "rwxr-x---");
        Files.setAttribute(folder.in(), "unix:gid", user, LinkOption.NOFOLLOW_LINKS);
        mode(folder.in(), "rwxr-x---");
        for (Path own : folder.writable()) {
            Files.setAttribute(own, "unix:uid", user, LinkOption.NOFOLLOW_LINKS);
            Files.setAttribute(own, "unix:gid", user, LinkOption.NOFOLLOW_LINKS);
            // Bubblewrap, a root without its powers, changes into one of them; nobody else gets so
            // far.
            mode(own, "rwx--x--x");
        }
    }

    private static void mode(Path path, String permissions) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    private int free() throws IOException {
        BitSet used = new BitSet();
        for (Path place : places) {
            if (!Files.isDirectory(place)) {
                continue;
            }
            try (Stream<Path> folders = Files.list(place)) {
                folders.map(ReplicaFolder::new)
                        .map(ReplicaFolder::user)
                        .filter(user -> user.isPresent() && user.getAsInt() >= first)
                        .forEach(user -> used.set(user.getAsInt() - first));
            }
        }
        // The last one stays free for trying things out.
        int user = first + used.nextClearBit(0);
        if (user >= last) {
            throw new IOException("all users from " + this + " are taken by runners");
        }
        return user;
    }
}
