package dev.marmita.platform.access;

import java.util.Optional;

/** Port: knows who holds which token. */
@FunctionalInterface
public interface Callers {

    /** The holder; empty where the token is unknown, expired, revoked or its tenant is gone. */
    Optional<Caller> find(String token);
}
