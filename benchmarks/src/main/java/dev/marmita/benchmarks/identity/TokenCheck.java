package dev.marmita.benchmarks.identity;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.marmita.gateway.jwt.IssuerSettings;
import dev.marmita.gateway.jwt.JwtSettings;
import dev.marmita.gateway.jwt.JwtVerifier;
import dev.marmita.gateway.jwt.Verification;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One check of a token of Keycloak's size (about 1.1 kB) by a gateway: seen before, and seen for the first time. The
 * latter are tokens that have expired: signature and claims are checked, and nothing is kept.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@SuppressWarnings("NullAway.Init") // JMH calls start() first
public class TokenCheck {

    private HttpServer server;
    private JwtVerifier verifier;
    private String known;
    private String firstRsa;
    private String firstEc;

    @Setup
    public void start() throws JOSEException, IOException {
        RSAKey rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
        ECKey ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        String issuer = "http://127.0.0.1:" + server.getAddress().getPort();
        serve(
                "/.well-known/openid-configuration",
                "{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}".formatted(issuer, issuer));
        serve("/keys", new JWKSet(List.of(rsa, ec)).toPublicJWKSet().toString());
        server.start();
        verifier =
                JwtVerifier.start(
                        JwtSettings.of(
                                List.of(
                                        new IssuerSettings(
                                                issuer,
                                                Set.of("marmita"),
                                                "marmita-{tenant}",
                                                IssuerSettings.Claims.DEFAULT,
                                                List.of(),
                                                Optional.empty(),
                                                Optional.empty()))),
                        InstantSource.system());
        known = token(issuer, JWSAlgorithm.RS256, "rsa", new RSASSASigner(rsa), 3_600);
        firstRsa = token(issuer, JWSAlgorithm.RS256, "rsa", new RSASSASigner(rsa), -3_600);
        firstEc = token(issuer, JWSAlgorithm.ES256, "ec", new ECDSASigner(ec), -3_600);
        Verification outcome = verifier.verify(known);
        if (outcome instanceof Verification.Pending pending) {
            outcome = pending.outcome().join();
        }
        if (!(outcome instanceof Verification.Accepted)) {
            throw new IllegalStateException("not accepted: " + outcome);
        }
    }

    private void serve(String path, String body) {
        server.createContext(
                path,
                exchange -> {
                    byte[] bytes = body.getBytes(UTF_8);
                    exchange.sendResponseHeaders(200, bytes.length);
                    try (var out = exchange.getResponseBody()) {
                        out.write(bytes);
                    }
                });
    }

    private static String token(
            String issuer, JWSAlgorithm algorithm, String kid, JWSSigner signer, long seconds)
            throws JOSEException {
        SignedJWT token =
                new SignedJWT(
                        new JWSHeader.Builder(algorithm).keyID(kid).build(),
                        new JWTClaimsSet.Builder()
                                .issuer(issuer)
                                .subject("db22b456-c40a-4c74-8824-ea9605e9ada4")
                                .audience("marmita")
                                .expirationTime(Date.from(Instant.now().plusSeconds(seconds)))
                                .claim("typ", "Bearer")
                                .claim("azp", "marmita-curl")
                                .claim("sid", "Vwy7RtVwRJ9J_XEVqj7YLBf_")
                                .claim("scope", "email profile")
                                .claim("name", "Ana Leitora")
                                .claim("preferred_username", "ana")
                                .claim("email", "ana@example.org")
                                .claim(
                                        "groups",
                                        List.of(
                                                "/clientes/acme/leitores",
                                                "/clientes/acme/auditores",
                                                "/equipes/documentos"))
                                .build());
        token.sign(signer);
        return token.serialize();
    }

    @TearDown
    public void stop() {
        verifier.close();
        server.stop(0);
    }

    @Benchmark
    public Verification seenBefore() {
        return verifier.verify(known);
    }

    @Benchmark
    public Verification firstTimeRs256() {
        return verifier.verify(firstRsa);
    }

    @Benchmark
    public Verification firstTimeEs256() {
        return verifier.verify(firstEc);
    }
}
