package dev.marmita.platform.access;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.marmita.access.Role;
import java.util.Arrays;
import java.util.Locale;

/**
 * What a token is for: the {@link Role} that its holder has. {@code admin} includes {@code deploy}, {@code
 * deploy} includes {@code read}, {@code read} includes {@code billing}; {@code invoke} stands alone.
 */
public enum Scope {
    ADMIN,
    DEPLOY,
    READ,
    BILLING,
    INVOKE;

    @JsonCreator
    public static Scope of(String name) {
        return Arrays.stream(values())
                .filter(scope -> scope.wireName().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "must be one of admin, deploy, read, billing, invoke"));
    }

    static Scope of(Role role) {
        return switch (role) {
            case PLATFORM_ADMIN, TENANT_ADMIN -> ADMIN;
            case DEPLOYER -> DEPLOY;
            case VIEWER -> READ;
            case BILLING -> BILLING;
            case INVOKER -> INVOKE;
        };
    }

    /**
     * @param platform whether the token belongs to the platform, not to a tenant
     */
    public Role role(boolean platform) {
        return switch (this) {
            case ADMIN -> platform ? Role.PLATFORM_ADMIN : Role.TENANT_ADMIN;
            case DEPLOY -> Role.DEPLOYER;
            case READ -> Role.VIEWER;
            case BILLING -> Role.BILLING;
            case INVOKE -> Role.INVOKER;
        };
    }

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
