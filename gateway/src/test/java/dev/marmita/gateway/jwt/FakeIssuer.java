package dev.marmita.gateway.jwt;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** An identity provider in memory: it has keys, signs tokens, publishes, and can be down. */
final class FakeIssuer implements Provider {

    static final String URI_TEXT = "https://id.example/realms/marmita";
    static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    final AtomicInteger fetches = new AtomicInteger();
    final AtomicInteger questions = new AtomicInteger();
    final List<JWK> published = new ArrayList<>();
    final RSAKey rsa;
    volatile boolean down;
    volatile String answer = "{\"active\":true}";
    volatile String named = URI_TEXT;

    FakeIssuer() {
        rsa = rsaKey("k1");
        published.add(rsa);
    }

    static RSAKey rsaKey(String kid) {
        try {
            return new RSAKeyGenerator(2048).keyID(kid).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static ECKey ecKey(String kid) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(URI_TEXT)
                .subject("u-1")
                .audience("marmita")
                .issueTime(Date.from(NOW.minusSeconds(5)))
                .expirationTime(Date.from(NOW.plusSeconds(300)))
                .claim("preferred_username", "ana")
                .claim("groups", List.of("/clientes/acme/leitores"));
    }

    String token(JWTClaimsSet.Builder claims) {
        return sign(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k1").build(), claims, rsa);
    }

    static String sign(JWSHeader header, JWTClaimsSet.Builder claims, JWK key) {
        try {
            JWSSigner signer =
                    key instanceof RSAKey rsa
                            ? new RSASSASigner(rsa)
                            : new ECDSASigner(key.toECKey());
            return sign(header, claims, signer);
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String sign(JWSHeader header, JWTClaimsSet.Builder claims, JWSSigner signer) {
        try {
            SignedJWT jwt = new SignedJWT(header, claims.build());
            jwt.sign(signer);
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String get(URI uri) throws IOException {
        if (down) {
            throw new IOException("down");
        }
        if (uri.getPath().endsWith("/openid-configuration")) {
            return """
                    {"issuer":"%s","jwks_uri":"https://id.example/keys",
                     "introspection_endpoint":"https://id.example/introspect"}"""
                    .formatted(named);
        }
        fetches.incrementAndGet();
        return new JWKSet(published).toPublicJWKSet().toString();
    }

    @Override
    public String post(URI uri, Map<String, String> form, String clientId, String clientSecret)
            throws IOException {
        if (down) {
            throw new IOException("down");
        }
        questions.incrementAndGet();
        return answer;
    }

    @Override
    public void close() {}
}
