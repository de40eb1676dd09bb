package dev.marmita.gateway.jwt;

import dev.marmita.gateway.Credentials;

/** Callers with a token of an identity provider. */
public final class JwtCredentials implements Credentials {

    private final JwtVerifier verifier;

    public JwtCredentials(JwtVerifier verifier) {
        this.verifier = verifier;
    }

    @Override
    public Answer identify(String bearer) {
        return JwtVerifier.looksLikeOne(bearer)
                ? answer(verifier.verify(bearer))
                : new Answer.Nobody();
    }

    private static Answer answer(Verification verification) {
        return switch (verification) {
            case Verification.Accepted accepted -> new Answer.Known(accepted.member());
            case Verification.Refused ignored -> new Answer.Nobody();
            case Verification.Unavailable ignored -> new Answer.Unavailable();
            case Verification.Pending pending ->
                    new Answer.Later(pending.outcome().thenApply(JwtCredentials::answer));
        };
    }
}
