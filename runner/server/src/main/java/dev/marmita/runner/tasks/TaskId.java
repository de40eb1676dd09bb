package dev.marmita.runner.tasks;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * Ids of tasks: 16 random bytes, 8 by which the gateway finds the replica that holds the task, and 4 by
 * which it tells an id from any other word, all in hexadecimal digits. Who has an id learns nothing of
 * the replica's name.
 */
final class TaskId {

    private static final int RANDOM_BYTES = 16;
    private static final int REPLICA_DIGITS = 16;
    private static final int CHECK_DIGITS = 8;

    private TaskId() {}

    /**
     * @param random unguessable
     */
    static String fresh(RandomGenerator random, String replica) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        String head =
                HexFormat.of().formatHex(bytes) + sha256(replica).substring(0, REPLICA_DIGITS);
        return head + sha256(head).substring(0, CHECK_DIGITS);
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
