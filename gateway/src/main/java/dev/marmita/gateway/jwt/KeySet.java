package dev.marmita.gateway.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The public keys of one identity provider, as it published them (RFC 7517). Immutable. */
final class KeySet {

    static final KeySet NONE = new KeySet(List.of());

    private static final int MOST_KEYS = 100;
    private static final int LEAST_RSA_BITS = 2_048;

    /** Of an Ed25519 key in X.509 form; the 32 bytes of the point follow (RFC 8410). */
    private static final byte[] ED25519_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");

    private record Entry(String kid, @Nullable Algorithm only, PublicKey key) {}

    private final List<Entry> entries;

    private KeySet(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /**
     * Keys of other kinds and uses, and RSA keys below 2,048 bits, are left out.
     *
     * @throws IOException when it is no key set
     */
    static KeySet parse(String json) throws IOException {
        try {
            List<JWK> keys = JWKSet.parse(json).getKeys();
            if (keys.size() > MOST_KEYS) {
                throw new IOException("a key set of more than " + MOST_KEYS + " keys");
            }
            List<Entry> entries = new ArrayList<>();
            for (JWK jwk : keys) {
                Entry entry = KeyUse.ENCRYPTION.equals(jwk.getKeyUse()) ? null : entry(jwk);
                if (entry != null) {
                    entries.add(entry);
                }
            }
            return new KeySet(entries);
        } catch (ParseException | JOSEException | GeneralSecurityException malformed) {
            throw new IOException("not a key set: " + malformed.getMessage(), malformed);
        }
    }

    private static @Nullable Entry entry(JWK jwk) throws JOSEException, GeneralSecurityException {
        PublicKey key =
                switch (jwk) {
                    case RSAKey rsa -> longEnough(rsa.toRSAPublicKey());
                    case ECKey ec -> Curve.P_256.equals(ec.getCurve()) ? ec.toECPublicKey() : null;
                    case OctetKeyPair okp ->
                            Curve.Ed25519.equals(okp.getCurve())
                                    ? ed25519(okp.getDecodedX())
                                    : null;
                    default -> null;
                };
        if (key == null) {
            return null;
        }
        String named = jwk.getAlgorithm() == null ? null : jwk.getAlgorithm().getName();
        Algorithm only = named == null ? null : Algorithm.of(named);
        if (named != null && only == null) {
            return null; // meant for what is not accepted here
        }
        return new Entry(jwk.getKeyID() == null ? "" : jwk.getKeyID(), only, key);
    }

    private static @Nullable PublicKey longEnough(RSAPublicKey key) {
        return key.getModulus().bitLength() >= LEAST_RSA_BITS ? key : null;
    }

    private static PublicKey ed25519(byte[] point) throws GeneralSecurityException {
        byte[] encoded = new byte[ED25519_HEAD.length + point.length];
        System.arraycopy(ED25519_HEAD, 0, encoded, 0, ED25519_HEAD.length);
        System.arraycopy(point, 0, encoded, ED25519_HEAD.length, point.length);
        return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }

    /**
     * The key that a token names.
     *
     * @param kid empty: the token names none, and then there must be one choice only
     * @return null: there is none
     */
    @Nullable PublicKey find(String kid, Algorithm algorithm) {
        PublicKey found = null;
        for (Entry entry : entries) {
            boolean meant = kid.isEmpty() || entry.kid().equals(kid);
            boolean usable =
                    (entry.only() == null || entry.only() == algorithm)
                            && algorithm.fits(entry.key());
            if (meant && usable) {
                if (found != null) {
                    return null;
                }
                found = entry.key();
            }
        }
        return found;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KeySet that && entries.equals(that.entries);
    }

    @Override
    public int hashCode() {
        return entries.hashCode();
    }
}
