package dev.marmita.gateway;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request about a task, which only the replica that holds the task can answer. The runner made the id:
 * 32 hexadecimal digits of its own, 16 that stand for the replica, and 8 to check them by. What does not
 * look like that is a request like any other.
 */
final class TaskQuestion {

    private static final Set<String> ABOUT = Set.of("status", "get", "retry", "cancel");
    private static final Pattern ID = Pattern.compile("([0-9a-f]{32}([0-9a-f]{16}))([0-9a-f]{8})");
    private static final String PARAMETER = "task_id=";
    private static final int REPLICA_DIGITS = 16;

    private TaskQuestion() {}

    /**
     * @param target path and query
     * @return what stands for the replica, see {@link #sign}; null: it is about no task
     */
    static @Nullable String holder(String target) {
        int query = target.indexOf('?');
        int name = query < 0 ? -1 : target.lastIndexOf('/', query);
        if (name < 1 || !ABOUT.contains(target.substring(name + 1, query))) {
            return null;
        }
        for (String parameter : target.substring(query + 1).split("&")) {
            if (parameter.startsWith(PARAMETER)) {
                return holderOf(parameter.substring(PARAMETER.length()));
            }
        }
        return null;
    }

    private static @Nullable String holderOf(String id) {
        Matcher parts = ID.matcher(id);
        return parts.matches() && sha256(parts.group(1)).startsWith(parts.group(3))
                ? parts.group(2)
                : null;
    }

    /** What stands for a replica in the ids of its tasks. */
    static String sign(String replica) {
        return sha256(replica).substring(0, REPLICA_DIGITS);
    }

    private static String sha256(String text) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
