package dev.marmita.gateway;

import dev.marmita.access.Principal;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Port: knows the callers whose credential is no API token, so those that an identity provider vouches for.
 * Asked on event loops for every bearer text that is no API token: must not block, and must be quick for
 * texts that are nobody's.
 */
@FunctionalInterface
public interface Credentials {

    /** Nobody but the holders of API tokens. */
    Credentials NONE = bearer -> new Answer.Nobody();

    /** What is known of a bearer text. */
    sealed interface Answer {

        /** Its signature is checked; whether it has expired may be left to the caller. */
        record Known(Principal.Member member) implements Answer {}

        /** It is no good credential. */
        record Nobody() implements Answer {}

        /** It may be a good one, but whoever knows does not answer. */
        record Unavailable() implements Answer {}

        /**
         * The identity provider is being asked.
         *
         * @param answer completes within seconds, on any thread, never exceptionally and never with a
         *     further one of these
         */
        record Later(CompletableFuture<Answer> answer) implements Answer {}

        /** Nobody where it is empty. */
        static Answer of(Optional<Principal.Member> member) {
            return member.<Answer>map(Known::new).orElseGet(Nobody::new);
        }
    }

    /**
     * Who presents this text. What he may do is decided by {@link dev.marmita.access.AccessRules}.
     *
     * @param bearer at most 16 KiB
     */
    Answer identify(String bearer);
}
