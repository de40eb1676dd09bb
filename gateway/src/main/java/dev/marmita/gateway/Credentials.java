package dev.marmita.gateway;

import dev.marmita.access.Principal;
import java.util.Optional;

/**
 * Port: knows the callers whose credential is no API token, so those that an identity provider vouches for.
 * Asked on event loops for every bearer text that is no API token: must not block, and must be quick for
 * texts that are nobody's.
 */
@FunctionalInterface
public interface Credentials {

    /** Nobody but the holders of API tokens. */
    Credentials NONE = bearer -> Optional.empty();

    /**
     * Who presents this text, its signature checked; whether it has expired may be left to the caller. What
     * he may do is decided by {@link dev.marmita.access.AccessRules}. Empty: it is no good credential.
     *
     * @param bearer at most 16 KiB
     */
    Optional<Principal.Member> identify(String bearer);
}
