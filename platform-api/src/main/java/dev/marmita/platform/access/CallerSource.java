package dev.marmita.platform.access;

import java.util.Optional;

/** Port: knows the callers behind one kind of bearer text. All sources together are {@link Callers}. */
@FunctionalInterface
public interface CallerSource {

    /** Who presents this text; empty where it is none of this source's, or worth nothing (any more). */
    Optional<Caller> find(String bearer);
}
