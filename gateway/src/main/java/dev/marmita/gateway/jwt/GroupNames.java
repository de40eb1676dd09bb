package dev.marmita.gateway.jwt;

import dev.marmita.routing.GroupName;
import java.util.HashSet;
import java.util.Set;

/** How groups are written: {@code /clientes/acme/leitores}. */
public final class GroupNames {

    /** Deeper paths are nobody's groups. */
    static final int DEEPEST = 16;

    private static final String ROLE = "role:";

    private GroupNames() {}

    /** A name without path means a group at the top: {@code readers} is {@code /readers}. */
    public static String normal(String group) {
        return group.startsWith("/") || group.startsWith(ROLE) ? group : "/" + group;
    }

    /** As specifications may write them: a group at the top with or without its {@code /}. */
    static Set<GroupName> all(Set<String> groups) {
        Set<GroupName> names = new HashSet<>();
        for (String group : groups) {
            try {
                names.add(new GroupName(group));
                if (group.startsWith("/")) {
                    names.add(new GroupName(group.substring(1)));
                }
            } catch (IllegalArgumentException unwritable) {
                continue; // no specification can name it
            }
        }
        return names;
    }

    /**
     * Adds a group.
     *
     * @param parents whether those that it is within come along
     */
    static void add(Set<String> groups, String group, boolean parents) {
        String path = normal(group);
        groups.add(path);
        if (!parents || !path.startsWith("/")) {
            return;
        }
        int depth = 0;
        for (int slash = path.lastIndexOf('/');
                slash > 0 && ++depth < DEEPEST;
                slash = path.lastIndexOf('/', slash - 1)) {
            groups.add(path.substring(0, slash));
        }
    }
}
