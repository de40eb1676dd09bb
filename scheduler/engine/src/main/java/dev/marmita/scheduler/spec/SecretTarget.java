package dev.marmita.scheduler.spec;

import java.util.Objects;
import java.util.Optional;

/**
 * Where a service finds a secret; at least one of both.
 *
 * @param env a name in its settings
 * @param file a name in its folder of secrets
 */
public record SecretTarget(Optional<String> env, Optional<String> file) {
    public SecretTarget {
        Objects.requireNonNull(env, "env");
        Objects.requireNonNull(file, "file");
        if (env.isEmpty() && file.isEmpty()) {
            throw new IllegalArgumentException("a secret without a place");
        }
    }
}
