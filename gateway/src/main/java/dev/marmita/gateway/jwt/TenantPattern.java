package dev.marmita.gateway.jwt;

import dev.marmita.routing.TenantId;
import java.util.Optional;

/** Finds tenants' names in other names. */
final class TenantPattern {

    private TenantPattern() {}

    /** The tenant that stands between the two in the text; empty: none does. */
    static Optional<TenantId> between(String head, String tail, String text) {
        int end = text.length() - tail.length();
        if (end <= head.length() || !text.startsWith(head) || !text.endsWith(tail)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TenantId(text.substring(head.length(), end)));
        } catch (IllegalArgumentException noTenant) {
            return Optional.empty();
        }
    }
}
