package dev.marmita.routing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Name of a tenant: a DNS label of at most 40 characters. In JSON a string.
 *
 * @throws IllegalArgumentException where the name breaks that rule
 */
public record TenantId(@JsonValue String value) implements Comparable<TenantId> {

    @JsonCreator
    public TenantId {
        Names.checked("tenant name", value);
    }

    @Override
    public int compareTo(TenantId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
