package dev.marmita.gateway.jwt;

import static dev.marmita.gateway.jwt.FakeIssuer.NOW;
import static dev.marmita.gateway.jwt.FakeIssuer.claims;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import dev.marmita.access.Grant;
import dev.marmita.access.Role;
import dev.marmita.routing.GroupName;
import dev.marmita.routing.TenantId;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class JwtVerifierTest {

    private static final IssuerSettings PLAIN = settings("", Optional.empty(), Optional.empty());

    private final FakeIssuer issuer = new FakeIssuer();
    private Instant now = NOW;
    private JwtVerifier verifier = verifier(PLAIN, null);

    @AfterEach
    void close() {
        verifier.close();
    }

    @Test
    void tellsWhoItIs() {
        Verification.Accepted accepted = accepted(issuer.token(claims()));

        assertThat(accepted.name()).isEqualTo("ana");
        assertThat(accepted.member().subject()).isEqualTo("u-1");
        assertThat(accepted.member().home()).isEmpty();
        assertThat(accepted.member().expiresAt()).contains(NOW.plusSeconds(330));
    }

    @Test
    void membersOfASubGroupAreMembersOfItsParents() {
        assertThat(groups("/clientes/acme/leitores"))
                .contains("/clientes/acme/leitores", "/clientes/acme", "/clientes")
                .doesNotContain("/", "", "/clientes/acme/leitores/x");
    }

    @Test
    void membersOfASubGroupAreNotMembersOfItsParentsWhereThatIsSwitchedOff() {
        replace(
                new IssuerSettings(
                        FakeIssuer.URI_TEXT,
                        Set.of("marmita"),
                        "",
                        new IssuerSettings.Claims("groups", false, false),
                        List.of(),
                        Optional.empty(),
                        Optional.empty()));

        assertThat(groups("/clientes/acme/leitores"))
                .containsExactlyInAnyOrder("/clientes/acme/leitores", "clientes/acme/leitores");
    }

    @Test
    void aGroupAtTheTopMayBeWrittenWithoutItsSlash() {
        assertThat(groups("/readers")).containsExactlyInAnyOrder("/readers", "readers");
        assertThat(groups("readers")).containsExactlyInAnyOrder("/readers", "readers");
    }

    @Test
    void onlyRealRolesLookLikeRoles() {
        replace(
                new IssuerSettings(
                        FakeIssuer.URI_TEXT,
                        Set.of("marmita"),
                        "",
                        new IssuerSettings.Claims("my.groups", true, true),
                        List.of(),
                        Optional.empty(),
                        Optional.empty()));

        var member =
                accepted(
                                issuer.token(
                                        claims().claim(
                                                        "my",
                                                        Map.of("groups", List.of("role:boss", "a")))
                                                .claim(
                                                        "realm_access",
                                                        Map.of("roles", List.of("clerk")))
                                                .claim(
                                                        "resource_access",
                                                        Map.of(
                                                                "app",
                                                                Map.of("roles", List.of("user"))))))
                        .member();

        assertThat(member.groups())
                .extracting(GroupName::value)
                .containsExactlyInAnyOrder("/a", "a", "role:clerk", "role:app:user");
    }

    @Test
    void groupsGiveRoles() {
        replace(
                new IssuerSettings(
                        FakeIssuer.URI_TEXT,
                        Set.of("marmita"),
                        "marmita-{tenant}",
                        IssuerSettings.Claims.DEFAULT,
                        List.of(
                                new RoleRule(Role.PLATFORM_ADMIN, "/marmita/admins"),
                                new RoleRule(Role.TENANT_ADMIN, "/marmita/{tenant}/admins"),
                                new RoleRule(Role.VIEWER, "/auditors")),
                        Optional.empty(),
                        Optional.empty()));
        List<String> all = List.of("/marmita/admins", "/marmita/acme/admins", "/auditors");

        assertThat(accepted(issuer.token(claims().claim("groups", all))).member().grants())
                .containsExactlyInAnyOrder(
                        Grant.onPlatform(Role.PLATFORM_ADMIN),
                        Grant.in(new TenantId("acme"), Role.TENANT_ADMIN),
                        Grant.onPlatform(Role.VIEWER));
        // The same person with a token that is meant for one tenant.
        assertThat(
                        accepted(
                                        issuer.token(
                                                claims().audience("marmita-globex")
                                                        .claim("groups", all)))
                                .member()
                                .grants())
                .containsExactly(Grant.in(new TenantId("globex"), Role.VIEWER));
    }

    @Test
    void aTokenForATenantsAudienceIsGoodForThatTenantOnly() {
        replace(settings("marmita-{tenant}", Optional.empty(), Optional.empty()));

        assertThat(home("marmita-acme")).contains(new TenantId("acme"));
        assertThat(home("marmita-acme", "marmita")).isEmpty();
        assertThat(home("marmita-acme", "account")).contains(new TenantId("acme"));
    }

    @Test
    void theClientChoosesAmongAudiencesOfSeveralTenants() {
        replace(settings("marmita-{tenant}", Optional.empty(), Optional.empty()));
        var two = claims().audience(List.of("marmita-acme", "marmita-globex"));

        assertThat(outcome(issuer.token(two))).isInstanceOf(Verification.Refused.class);
        assertThat(outcome(issuer.token(two.claim("azp", "marmita-other"))))
                .isInstanceOf(Verification.Refused.class);
        assertThat(accepted(issuer.token(two.claim("azp", "marmita-globex"))).member().home())
                .contains(new TenantId("globex"));
    }

    @Test
    void anIssuerOfATenantSpeaksForThatTenantOnly() {
        replace(settings("marmita-{tenant}", Optional.of(new TenantId("acme")), Optional.empty()));

        assertThat(home("marmita")).contains(new TenantId("acme"));
        assertThat(home("marmita-acme")).contains(new TenantId("acme"));
        assertThat(outcome(issuer.token(claims().audience("marmita-globex"))))
                .isInstanceOf(Verification.Refused.class);
    }

    @ParameterizedTest
    @CsvSource({"329, true", "330, false"})
    void aTokenEndsWithItsSkewCachedOrNot(int seconds, boolean good) {
        String token = issuer.token(claims());
        outcome(token);

        now = NOW.plusSeconds(seconds);

        assertThat(outcome(token) instanceof Verification.Accepted).isEqualTo(good);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PS256", "ES256", "EdDSA"})
    void acceptsOtherSignatures(String name) throws Exception {
        String token =
                switch (name) {
                    case "PS256" -> {
                        RSAKey key = FakeIssuer.rsaKey("k2");
                        issuer.published.add(key);
                        yield sign(JWSAlgorithm.PS256, key);
                    }
                    case "ES256" -> {
                        var key = FakeIssuer.ecKey("k2");
                        issuer.published.add(key);
                        yield sign(JWSAlgorithm.ES256, key);
                    }
                    default -> ed25519();
                };

        assertThat(outcome(token)).isInstanceOf(Verification.Accepted.class);
        int signature = token.lastIndexOf('.') + 1;
        char changed = token.charAt(signature + 5) == 'A' ? 'B' : 'A';
        assertThat(
                        outcome(
                                token.substring(0, signature + 5)
                                        + changed
                                        + token.substring(signature + 6)))
                .isInstanceOf(Verification.Refused.class);
    }

    @Test
    void leavesOutWeakAndForeignKeys() throws Exception {
        KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
        weak.initialize(1024);
        KeyPair pair = weak.generateKeyPair();
        issuer.published.add(
                new RSAKey.Builder((java.security.interfaces.RSAPublicKey) pair.getPublic())
                        .privateKey(pair.getPrivate())
                        .keyID("weak")
                        .build());

        String header =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"alg\":\"RS256\",\"kid\":\"weak\"}".getBytes(UTF_8));
        String signed = header + "." + issuer.token(claims()).split("\\.")[1];
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(signed.getBytes(UTF_8));
        String token =
                signed
                        + "."
                        + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());

        assertThat(outcome(token)).isInstanceOf(Verification.Refused.class);
    }

    @Test
    void fetchesKeysOnceForManyTokens() {
        for (int i = 0; i < 5; i++) {
            accepted(issuer.token(claims().subject("u-" + i)));
        }

        assertThat(issuer.fetches).hasValue(1);
    }

    @Test
    void aRotatedKeyIsFetchedWhenATokenNamesIt() {
        accepted(issuer.token(claims()));
        RSAKey next = FakeIssuer.rsaKey("k2");
        issuer.published.add(next);
        now = NOW.plus(IssuerKeys.LEAST_PAUSE);

        assertThat(outcome(sign(JWSAlgorithm.RS256, next)))
                .isInstanceOf(Verification.Accepted.class);
    }

    @Test
    void inventedKeysDoNotMakeItAskAgainAndAgain() {
        RSAKey invented = FakeIssuer.rsaKey("k9");
        for (int i = 0; i < 20; i++) {
            assertThat(outcome(sign(JWSAlgorithm.RS256, invented)))
                    .isInstanceOf(Verification.Refused.class);
        }

        assertThat(issuer.fetches).hasValue(1);
    }

    @Test
    void aKeyThatIsGoneTakesItsTokensWithIt() {
        String token = issuer.token(claims());
        accepted(token);
        issuer.published.clear();
        RSAKey next = FakeIssuer.rsaKey("k2");
        issuer.published.add(next);
        now = NOW.plus(IssuerKeys.LEAST_PAUSE);
        outcome(sign(JWSAlgorithm.RS256, next));

        assertThat(outcome(token)).isInstanceOf(Verification.Refused.class);
    }

    @Test
    void goesOnWhileTheIssuerIsDown() {
        accepted(issuer.token(claims()));
        issuer.down = true;
        now = NOW.plusSeconds(200);

        assertThat(outcome(issuer.token(claims().subject("u-2"))))
                .isInstanceOf(Verification.Accepted.class);
        assertThat(outcome(sign(JWSAlgorithm.RS256, FakeIssuer.rsaKey("k2"))))
                .isInstanceOf(Verification.Unavailable.class);
    }

    @Test
    void knowsKeysOverARestartWhileTheIssuerIsDown(@TempDir Path folder) {
        replace(verifier(PLAIN, folder));
        String token = issuer.token(claims());
        accepted(token);
        issuer.down = true;

        replace(verifier(PLAIN, folder));

        assertThat(outcome(token)).isInstanceOf(Verification.Accepted.class);
        now = NOW.plus(Duration.ofDays(1)).plusSeconds(1);
        var later =
                claims().issueTime(java.util.Date.from(now))
                        .expirationTime(java.util.Date.from(now.plusSeconds(60)));
        assertThat(outcome(issuer.token(later))).isInstanceOf(Verification.Unavailable.class);
    }

    @Test
    void nobodyIsLetInBeforeKeysWereEverFetched() {
        issuer.down = true;

        assertThat(outcome(issuer.token(claims()))).isInstanceOf(Verification.Unavailable.class);

        issuer.down = false;
        now = NOW.plus(IssuerKeys.AFTER_FAILURE);
        assertThat(outcome(issuer.token(claims()))).isInstanceOf(Verification.Accepted.class);
    }

    @Test
    void aDiscoveryDocumentOfAnotherIssuerIsNotBelieved() {
        issuer.named = "https://evil.example";

        assertThat(outcome(issuer.token(claims()))).isInstanceOf(Verification.Unavailable.class);
    }

    @Test
    void onlineChecksCountForSeconds() {
        replace(online());
        String token = issuer.token(claims());
        accepted(token);
        issuer.answer = "{\"active\":false}";

        now = NOW.plusSeconds(4);
        assertThat(outcome(token)).isInstanceOf(Verification.Accepted.class);
        assertThat(issuer.questions).hasValue(1);

        now = NOW.plusSeconds(5);
        assertThat(outcome(token)).isInstanceOf(Verification.Refused.class);
    }

    @Test
    void onlineChecksSeeWhoLeftAGroup() {
        replace(online());
        issuer.answer = "{\"active\":true,\"groups\":[\"/clientes/acme/leitores\"]}";
        String token = issuer.token(claims());
        assertThat(accepted(token).member().groups())
                .contains(new GroupName("/clientes/acme/leitores"));

        // Keycloak leaves the claim out for who is in no group.
        issuer.answer = "{\"active\":true}";
        now = NOW.plusSeconds(5);

        assertThat(accepted(token).member().groups()).isEmpty();
    }

    @Test
    void theClientThatAsksIsAnAudienceAndNoTenant() {
        replace(
                settings(
                        "marmita-{tenant}",
                        Optional.empty(),
                        Optional.of(
                                new IssuerSettings.OnlineCheck(
                                        "marmita-platform", "secret", Duration.ofSeconds(5)))));

        assertThat(home("marmita-platform", "marmita-acme")).contains(new TenantId("acme"));
        assertThat(outcome(issuer.token(claims().audience("marmita-platform"))))
                .isInstanceOf(Verification.Refused.class);
    }

    @Test
    void nobodyIsLetInUncheckedWhereChecksAreAskedFor() {
        replace(online());
        String token = issuer.token(claims());
        accepted(token);
        issuer.down = true;
        now = NOW.plusSeconds(5);

        assertThat(outcome(token)).isInstanceOf(Verification.Unavailable.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://id.example/realms/x",
                "http://127.0.0.1.evil.example/",
                "file:///etc/passwd",
                "id.example",
                "https://id.example/#x"
            })
    void refusesIssuersThatAnybodyCouldBe(String uri) {
        assertThatThrownBy(
                        () ->
                                new IssuerSettings(
                                        uri,
                                        Set.of("marmita"),
                                        "",
                                        IssuerSettings.Claims.DEFAULT,
                                        List.of(),
                                        Optional.empty(),
                                        Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theCacheIsBounded() {
        var cache = new TokenCache();
        Verification.Accepted accepted = accepted(issuer.token(claims()));
        for (int i = 0; i < TokenCache.MOST * 2; i++) {
            cache.put(TokenCache.Hash.of("t" + i), accepted, NOW.plusSeconds(60), NOW);
        }

        assertThat(cache.size()).isLessThanOrEqualTo(TokenCache.MOST);
        assertThat(cache.get(TokenCache.Hash.of("t" + (TokenCache.MOST * 2 - 1)), NOW))
                .isEqualTo(accepted);
    }

    private static IssuerSettings settings(
            String tenantAudience,
            Optional<TenantId> tenant,
            Optional<IssuerSettings.OnlineCheck> check) {
        return new IssuerSettings(
                FakeIssuer.URI_TEXT,
                Set.of("marmita"),
                tenantAudience,
                IssuerSettings.Claims.DEFAULT,
                List.of(),
                tenant,
                check);
    }

    private static IssuerSettings online() {
        return settings(
                "",
                Optional.empty(),
                Optional.of(
                        new IssuerSettings.OnlineCheck(
                                "gateway", "secret", Duration.ofSeconds(5))));
    }

    private JwtVerifier verifier(IssuerSettings settings, Path folder) {
        return JwtVerifier.start(
                new JwtSettings(
                        List.of(settings), Duration.ofSeconds(30), Duration.ofDays(1), folder),
                issuer,
                () -> now);
    }

    private void replace(IssuerSettings settings) {
        replace(verifier(settings, null));
    }

    private void replace(JwtVerifier other) {
        verifier.close();
        verifier = other;
    }

    private Verification outcome(String token) {
        return verifier.verify(token) instanceof Verification.Pending pending
                ? pending.outcome().join()
                : verifier.verify(token);
    }

    private Verification.Accepted accepted(String token) {
        Verification outcome = outcome(token);
        assertThat(outcome).isInstanceOf(Verification.Accepted.class);
        return (Verification.Accepted) outcome;
    }

    private List<String> groups(String group) {
        return accepted(issuer.token(claims().claim("groups", List.of(group))))
                .member()
                .groups()
                .stream()
                .map(GroupName::value)
                .toList();
    }

    private Optional<TenantId> home(String... audiences) {
        return accepted(issuer.token(claims().audience(Arrays.asList(audiences)))).member().home();
    }

    private static String sign(JWSAlgorithm algorithm, JWK key) {
        return FakeIssuer.sign(
                new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(), claims(), key);
    }

    private String ed25519() throws Exception {
        KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = pair.getPublic().getEncoded();
        issuer.published.add(
                new OctetKeyPair.Builder(
                                Curve.Ed25519,
                                Base64URL.encode(
                                        Arrays.copyOfRange(
                                                encoded, encoded.length - 32, encoded.length)))
                        .keyID("k2")
                        .build());
        String header =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"alg\":\"EdDSA\",\"kid\":\"k2\"}".getBytes(UTF_8));
        String signed = header + "." + issuer.token(claims()).split("\\.")[1];
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(pair.getPrivate());
        signature.update(signed.getBytes(UTF_8));
        return signed
                + "."
                + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    }
}
