package dev.marmita.access;

/** What a question about access comes to. */
public sealed interface Decision {

    /** Allowed. */
    record Allow() implements Decision {}

    /** Not allowed. */
    record Deny(Reason reason) implements Decision {}

    /** Why not. */
    enum Reason {
        /** There is no credential, and one is needed. */
        UNAUTHENTICATED,
        /** The credential was good once. */
        EXPIRED,
        /** It does not exist, or must not be known to: the two look the same to the caller. */
        HIDDEN,
        /** It exists for the caller, who has no role that allows this. */
        FORBIDDEN,
        /** The caller's roles are held in other deployments of the tenant. */
        OUT_OF_SCOPE,
        /** The endpoint admits no API tokens. */
        TOKENS_NOT_ADMITTED,
        /** The endpoint admits members of other groups. */
        NOT_A_MEMBER
    }

    Decision ALLOW = new Allow();

    static Decision deny(Reason reason) {
        return new Deny(reason);
    }

    default boolean allowed() {
        return this instanceof Allow;
    }
}
