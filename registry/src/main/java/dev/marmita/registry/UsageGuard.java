package dev.marmita.registry;

import java.util.Optional;

/** Knows what is deployed; given by the platform. Asked inside a transaction: database only, no remote calls. */
public interface UsageGuard {

    /** Who uses the content, for the message of the refusal; empty: nobody. */
    Optional<String> usedBy(Digest digest);
}
