package dev.marmita.platform.identity;

import dev.marmita.access.Principal;
import dev.marmita.gateway.jwt.JwtVerifier;
import dev.marmita.gateway.jwt.Verification;
import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.CallerSource;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import java.util.Optional;

/** People and machines that come to the REST API and the console with a token of an identity provider. */
public final class MemberCallers implements CallerSource {

    private final JwtVerifier verifier;

    MemberCallers(JwtVerifier verifier) {
        this.verifier = verifier;
    }

    /** Waits for some seconds at most where the identity provider has to be asked. */
    @Override
    public Optional<Caller> find(String bearer) {
        return JwtVerifier.looksLikeOne(bearer)
                ? caller(verifier.verify(bearer))
                : Optional.empty();
    }

    private static Optional<Caller> caller(Verification verification) {
        return switch (verification) {
            case Verification.Accepted accepted -> Optional.of(caller(accepted));
            case Verification.Refused ignored -> Optional.empty();
            case Verification.Unavailable unavailable ->
                    throw ProblemException.of(
                                    ErrorCode.UNAVAILABLE,
                                    "The token cannot be checked now: " + unavailable.reason())
                            .withHeader("Retry-After", "2");
            case Verification.Pending pending -> caller(pending.outcome().join());
        };
    }

    private static Caller caller(Verification.Accepted accepted) {
        Principal.Member member = accepted.member();
        if (member.grants().isEmpty()) {
            throw ProblemException.of(
                    ErrorCode.FORBIDDEN,
                    "The token is good, but its holder has no role on this platform");
        }
        return new Caller(member.subject() + "@" + accepted.issuer(), accepted.name(), member);
    }
}
