package dev.marmita.gateway.jwt;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import org.jspecify.annotations.Nullable;

/** The signatures that are accepted (RFC 7518, RFC 8037); {@code none} and shared secrets are not among them. */
enum Algorithm {
    RS256("RSA", "SHA256withRSA"),
    PS256("RSA", "RSASSA-PSS"),
    ES256("EC", "SHA256withECDSAinP1363Format"),
    EDDSA("EdDSA", "Ed25519");

    private final String keyType;
    private final String name;

    Algorithm(String keyType, String name) {
        this.keyType = keyType;
        this.name = name;
    }

    /**
     * @param name as in a header
     * @return null: not accepted
     */
    static @Nullable Algorithm of(String name) {
        return switch (name) {
            case "RS256" -> RS256;
            case "PS256" -> PS256;
            case "ES256" -> ES256;
            case "EdDSA", "Ed25519" -> EDDSA;
            default -> null;
        };
    }

    /** Whether it can be used with that key: a key of one kind is never tried with another's algorithm. */
    boolean fits(PublicKey key) {
        return key.getAlgorithm().equals(keyType);
    }

    boolean verifies(PublicKey key, byte[] signed, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(name);
            if (this == PS256) {
                verifier.setParameter(
                        new PSSParameterSpec(
                                "SHA-256",
                                "MGF1",
                                MGF1ParameterSpec.SHA256,
                                32,
                                PSSParameterSpec.TRAILER_FIELD_BC));
            }
            verifier.initVerify(key);
            verifier.update(signed);
            return verifier.verify(signature);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }
}
