package dev.marmita.gateway.jwt;

import dev.marmita.access.Principal;
import java.util.concurrent.CompletableFuture;

/** What became of a token. */
public sealed interface Verification {

    /**
     * @param name of the member, for people
     */
    record Accepted(String issuer, String name, Principal.Member member) implements Verification {}

    /**
     * @param reason for people; tells nothing that the token's holder does not know
     */
    record Refused(String reason) implements Verification {}

    /** Nobody can tell now: the identity provider does not answer. */
    record Unavailable(String reason) implements Verification {}

    /**
     * The identity provider is being asked.
     *
     * @param outcome completes within seconds, never exceptionally and never with another one of these
     */
    record Pending(CompletableFuture<Verification> outcome) implements Verification {}
}
