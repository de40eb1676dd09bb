package dev.marmita.gateway.jwt;

import static dev.marmita.gateway.jwt.FakeIssuer.NOW;
import static dev.marmita.gateway.jwt.FakeIssuer.claims;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.RSAKey;
import java.net.URI;
import java.security.Signature;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What people try with tokens; each is refused, and for its own reason, while the token beside it is accepted. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JwtAttacksTest {

    private final FakeIssuer issuer = new FakeIssuer();
    private JwtVerifier verifier;

    @BeforeAll
    void start() {
        verifier =
                JwtVerifier.start(
                        JwtSettings.of(
                                List.of(
                                        new IssuerSettings(
                                                FakeIssuer.URI_TEXT,
                                                Set.of("marmita"),
                                                "marmita-{tenant}",
                                                IssuerSettings.Claims.DEFAULT,
                                                List.of(),
                                                Optional.empty(),
                                                Optional.empty()))),
                        issuer,
                        () -> NOW);
    }

    @AfterAll
    void stop() {
        verifier.close();
    }

    @Test
    void acceptsAGoodToken() {
        assertThat(outcome(issuer.token(claims()))).isInstanceOf(Verification.Accepted.class);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void refuses(String attack, String token, String reason) {
        assertThat(outcome(issuer.token(claims()))).isInstanceOf(Verification.Accepted.class);

        assertThat(outcome(token))
                .isInstanceOfSatisfying(
                        Verification.Refused.class,
                        refused -> assertThat(refused.reason()).contains(reason));
    }

    private Verification outcome(String token) {
        return verifier.verify(token) instanceof Verification.Pending pending
                ? pending.outcome().join()
                : verifier.verify(token);
    }

    Stream<Arguments> attacks() throws Exception {
        String good = issuer.token(claims());
        String[] parts = good.split("\\.");
        RSAKey stranger = FakeIssuer.rsaKey("k1");
        byte[] publicKey = issuer.rsa.toRSAPublicKey().getEncoded();
        String pem =
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(publicKey)
                        + "\n-----END PUBLIC KEY-----\n";
        return Stream.of(
                attack(
                        "no signature at all",
                        encoded("{\"alg\":\"none\"}") + "." + parts[1] + ".",
                        "signed by RS256"),
                attack(
                        "alg none with a signature",
                        encoded("{\"alg\":\"nOnE\",\"kid\":\"k1\"}") + "." + parts[1] + ".AAAA",
                        "signed by RS256"),
                attack("HMAC with the public key", hmac(publicKey), "signed by RS256"),
                attack("HMAC with the public key's PEM", hmac(pem.getBytes(UTF_8)), "signed by"),
                attack("a claim changed", tampered(parts), "signature"),
                attack("another token's signature", swapped(parts), "signature"),
                attack("empty signature", parts[0] + "." + parts[1] + ".", "empty"),
                attack("signed by somebody else", signed(stranger, header()), "signature"),
                attack(
                        "its own key in the header",
                        signed(stranger, header().jwk(stranger.toPublicJWK())),
                        "must not have 'jwk'"),
                attack(
                        "a key from elsewhere",
                        signed(stranger, header().jwkURL(URI.create("https://evil.example/k"))),
                        "must not have 'jku'"),
                attack(
                        "a certificate from elsewhere",
                        signed(stranger, header().x509CertURL(URI.create("https://evil.example"))),
                        "must not have 'x5u'"),
                attack(
                        "an extension that must be understood",
                        rawHeader("{\"alg\":\"RS256\",\"kid\":\"k1\",\"crit\":[\"x\"],\"x\":1}"),
                        "must not have 'crit'"),
                attack(
                        "a path as key id",
                        signed(issuer.rsa, header().keyID("../../../../dev/null")),
                        "key that its issuer has not"),
                attack(
                        "SQL as key id",
                        signed(issuer.rsa, header().keyID("k1' or '1'='1")),
                        "key that its issuer has not"),
                attack(
                        "a key id that is no text",
                        rawHeader("{\"alg\":\"RS256\",\"kid\":[\"k1\"]}"),
                        "must be a text"),
                attack(
                        "a very long key id",
                        signed(issuer.rsa, header().keyID("k".repeat(300))),
                        "key id is too long"),
                attack(
                        "another hash than is pinned",
                        signed(issuer.rsa, new JWSHeader.Builder(JWSAlgorithm.RS512).keyID("k1")),
                        "signed by RS256"),
                attack(
                        "an elliptic signature under an RSA key's id",
                        FakeIssuer.sign(
                                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k1").build(),
                                claims(),
                                FakeIssuer.ecKey("k1")),
                        "key that its issuer has not"),
                attack(
                        "a log-out token",
                        signed(issuer.rsa, header().type(new JOSEObjectType("logout+jwt"))),
                        "not for calls"),
                attack("an ID token", issuer.token(claims().claim("typ", "ID")), "not for calls"),
                attack(
                        "another issuer",
                        issuer.token(claims().issuer("https://id.example/realms/other")),
                        "not believed"),
                attack(
                        "the issuer with a slash",
                        issuer.token(claims().issuer(FakeIssuer.URI_TEXT + "/")),
                        "not believed"),
                attack("no issuer", issuer.token(claims().issuer(null)), "not believed"),
                attack(
                        "another audience",
                        issuer.token(claims().audience("account")),
                        "another audience"),
                attack(
                        "no audience",
                        issuer.token(claims().audience((String) null)),
                        "another audience"),
                attack(
                        "an audience that begins alike",
                        issuer.token(claims().audience("marmita2")),
                        "another audience"),
                attack(
                        "a tenant that cannot be",
                        issuer.token(claims().audience("marmita-../x")),
                        "another audience"),
                attack("expired", issuer.token(claims().expirationTime(at(-31))), "expired"),
                attack("no end", issuer.token(claims().expirationTime(null)), "until when"),
                attack(
                        "an end that is no number",
                        issuer.token(claims().claim("exp", "tomorrow")),
                        "until when"),
                attack("nobody", issuer.token(claims().subject(null)), "not for whom"),
                attack("not yet", issuer.token(claims().notBeforeTime(at(60))), "not valid yet"),
                attack("from the future", issuer.token(claims().issueTime(at(60))), "not valid"),
                attack(
                        "a claim twice",
                        rawClaims(
                                "{\"iss\":\"%s\",\"sub\":\"u\",\"aud\":\"marmita\",\"exp\":%d,\"groups\":[],\"groups\":[\"/admins\"]}"),
                        "no proper JSON"),
                attack(
                        "an audience twice",
                        rawClaims(
                                "{\"iss\":\"%s\",\"sub\":\"u\",\"aud\":\"x\",\"exp\":%d,\"aud\":\"marmita\"}"),
                        "no proper JSON"),
                attack(
                        "a header twice",
                        rawHeader("{\"alg\":\"none\",\"alg\":\"RS256\",\"kid\":\"k1\"}"),
                        "no proper JSON"),
                attack(
                        "more after the claims",
                        rawClaims(
                                "{\"iss\":\"%s\",\"sub\":\"u\",\"aud\":\"marmita\",\"exp\":%d} {}"),
                        "no proper JSON"),
                attack(
                        "deeply nested",
                        encoded("[".repeat(5_000)) + "." + parts[1] + "." + parts[2],
                        "no proper JSON"),
                attack("huge", issuer.token(claims().claim("x", "y".repeat(20_000))), "too long"),
                attack("four parts", good + ".AAAA", "three parts"),
                attack("encrypted", good + ".AAAA.BBBB", "three parts"),
                attack("two parts", parts[0] + "." + parts[1], "three parts"),
                attack("no base64", "ey!!." + parts[1] + "." + parts[2], "base64url"),
                attack("padded", parts[0] + "." + parts[1] + "=." + parts[2], "padded"),
                attack(
                        "more groups than anybody has",
                        issuer.token(
                                claims().claim(
                                                "groups",
                                                Stream.iterate(0, n -> n + 1)
                                                        .limit(220)
                                                        .map(n -> "/g" + n + "/a/b/c/d/e/f/g/h/i")
                                                        .toList())),
                        "too many groups"));
    }

    private static Arguments attack(String name, String token, String reason) {
        return Arguments.of(name, token, reason);
    }

    private static Date at(int seconds) {
        return Date.from(NOW.plusSeconds(seconds));
    }

    private static JWSHeader.Builder header() {
        return new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("k1");
    }

    private static String signed(RSAKey key, JWSHeader.Builder header) {
        return FakeIssuer.sign(header.build(), claims(), key);
    }

    private static String hmac(byte[] secret) throws JOSEException {
        return FakeIssuer.sign(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(),
                claims(),
                new MACSigner(secret));
    }

    private static String tampered(String[] parts) {
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), UTF_8);
        return parts[0] + "." + encoded(claims.replace("leitores", "gerentes")) + "." + parts[2];
    }

    private String swapped(String[] parts) {
        String other = issuer.token(claims().subject("u-2"));
        return parts[0] + "." + parts[1] + "." + other.substring(other.lastIndexOf('.') + 1);
    }

    private String rawHeader(String header) throws Exception {
        String claims = issuer.token(claims()).split("\\.")[1];
        return rs256(encoded(header) + "." + claims);
    }

    private String rawClaims(String claims) throws Exception {
        String header = issuer.token(claims()).split("\\.")[0];
        long end = NOW.plusSeconds(300).getEpochSecond();
        return rs256(header + "." + encoded(claims.formatted(FakeIssuer.URI_TEXT, end)));
    }

    private String rs256(String signed) throws Exception {
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(issuer.rsa.toPrivateKey());
        signature.update(signed.getBytes(UTF_8));
        return signed
                + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(UTF_8));
    }
}
