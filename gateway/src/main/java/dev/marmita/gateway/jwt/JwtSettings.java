package dev.marmita.gateway.jwt;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are checked.
 *
 * @param clockSkew how far the clocks of issuers may be off
 * @param keyMaxAge how long keys count that could not be fetched again
 * @param folder keeps the keys over a restart; null: they are kept in memory only
 */
public record JwtSettings(
        List<IssuerSettings> issuers,
        Duration clockSkew,
        Duration keyMaxAge,
        @Nullable Path folder) {

    private static final Duration MOST_SKEW = Duration.ofMinutes(5);

    public JwtSettings {
        issuers = List.copyOf(issuers);
        Objects.requireNonNull(keyMaxAge, "keyMaxAge");
        Set<String> uris = new HashSet<>();
        for (IssuerSettings issuer : issuers) {
            if (!uris.add(issuer.uri())) {
                throw new IllegalArgumentException("an issuer is there twice: " + issuer.uri());
            }
        }
        if (clockSkew.isNegative() || clockSkew.compareTo(MOST_SKEW) > 0) {
            throw new IllegalArgumentException("clock skew must be 0 s to 5 min: " + clockSkew);
        }
    }

    /** 30 s of skew, keys count for a day, nothing on disk. */
    public static JwtSettings of(List<IssuerSettings> issuers) {
        return new JwtSettings(issuers, Duration.ofSeconds(30), Duration.ofDays(1), null);
    }
}
