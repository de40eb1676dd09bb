package dev.marmita.access;

import dev.marmita.routing.GroupName;
import dev.marmita.routing.TenantId;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Who asks, as far as a checked credential tells. */
public sealed interface Principal {

    /** The roles held. */
    Set<Grant> grants();

    /** From when on the credential is worth nothing; empty: never. */
    Optional<Instant> expiresAt();

    /** Somebody without a credential. */
    record Anonymous() implements Principal {
        @Override
        public Set<Grant> grants() {
            return Set.of();
        }

        @Override
        public Optional<Instant> expiresAt() {
            return Optional.empty();
        }
    }

    /**
     * The holder of an API token.
     *
     * @param id public id, for logs
     */
    record Token(String id, Set<Grant> grants, Optional<Instant> expiresAt) implements Principal {
        public Token {
            Objects.requireNonNull(id, "id");
            grants = Set.copyOf(grants);
        }
    }

    /**
     * Somebody that an identity provider vouches for: a person, or a machine with a service account.
     *
     * @param subject unique within its issuer, for logs; never an e-mail address
     * @param home the tenant whose identity provider it is; empty: the platform's, which all tenants share
     * @param groups as the identity provider says, now or when the credential was issued
     */
    record Member(
            String subject,
            Optional<TenantId> home,
            Set<GroupName> groups,
            Set<Grant> grants,
            Optional<Instant> expiresAt)
            implements Principal {
        public Member {
            Objects.requireNonNull(subject, "subject");
            groups = Set.copyOf(groups);
            grants = Set.copyOf(grants);
        }
    }
}
