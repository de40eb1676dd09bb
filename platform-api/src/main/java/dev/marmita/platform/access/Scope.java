package dev.marmita.platform.access;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/** What a token is for. {@code admin} includes {@code deploy}, {@code deploy} includes {@code read}. */
public enum Scope {
    ADMIN,
    DEPLOY,
    READ,
    INVOKE;

    @JsonCreator
    public static Scope of(String name) {
        return Arrays.stream(values())
                .filter(scope -> scope.wireName().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "must be one of admin, deploy, read, invoke"));
    }

    @JsonValue
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
