package dev.marmita.routing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Name of a deployment: a DNS label of at most 40 characters. In JSON a string.
 *
 * @throws IllegalArgumentException where the name breaks that rule
 */
public record DeploymentName(@JsonValue String value) implements Comparable<DeploymentName> {

    @JsonCreator
    public DeploymentName {
        Names.checked("deployment name", value);
    }

    @Override
    public int compareTo(DeploymentName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
