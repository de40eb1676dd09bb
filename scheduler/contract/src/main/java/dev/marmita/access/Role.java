package dev.marmita.access;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What somebody is to the platform, a tenant, or some of its deployments. */
public enum Role {
    /** Runs the platform; may do everything with every tenant but call its endpoints. */
    PLATFORM_ADMIN,
    /** Runs one tenant: its deployments, tokens, members, usage and audit. */
    TENANT_ADMIN,
    /** Writes deployments. */
    DEPLOYER,
    /** Sees deployments, their logs and usage. */
    VIEWER,
    /** Sees usage and what it costs, and nothing of the deployments' insides. */
    BILLING,
    /** Calls endpoints. */
    INVOKER;

    /** As people write it: {@code tenant-admin}. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * @throws IllegalArgumentException unless it is the text of a role
     */
    @JsonCreator
    public static Role of(String text) {
        return Arrays.stream(values())
                .filter(role -> role.text().equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "must be one of "
                                                + Arrays.stream(values())
                                                        .map(Role::text)
                                                        .collect(Collectors.joining(", "))));
    }
}
