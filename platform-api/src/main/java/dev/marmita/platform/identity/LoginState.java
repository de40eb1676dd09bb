package dev.marmita.platform.identity;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * People who are at an identity provider's page right now. Each can come back once, within minutes, in the browser that
 * went there. Kept in memory: who was away while the platform started again begins anew. Thread-safe; bounded.
 */
final class LoginState {

    static final Duration LIFETIME = Duration.ofMinutes(10);

    private static final int MOST = 1_000;

    /**
     * @param state sent along and back (RFC 6749), says which login it is
     * @param browser cookie of the browser that went
     * @param verifier proof that who gets the token is who asked for the code (RFC 7636)
     * @param next page of the console
     */
    record Login(
            String state,
            String browser,
            String verifier,
            int issuer,
            String redirect,
            String next,
            Instant until) {

        /** What of the verifier is told beforehand. */
        String challenge() {
            try {
                return encoded(
                        MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(US_ASCII)));
            } catch (NoSuchAlgorithmException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        /** Never the secrets. */
        @Override
        public String toString() {
            return "Login[until " + until + "]";
        }
    }

    private final InstantSource clock;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Login> logins =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Login> eldest) {
                    return size() > MOST;
                }
            };

    LoginState(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    Login begin(int issuer, String redirect, String next) {
        Login login =
                new Login(
                        secret(),
                        secret(),
                        secret(),
                        issuer,
                        redirect,
                        next,
                        clock.instant().plus(LIFETIME));
        lock.lock();
        try {
            logins.put(login.state(), login);
        } finally {
            lock.unlock();
        }
        return login;
    }

    /** The login of that state, the first time that it is asked for and by the browser that began it. */
    Optional<Login> end(String state, String browser) {
        lock.lock();
        try {
            return Optional.ofNullable(logins.remove(state))
                    .filter(login -> clock.instant().isBefore(login.until()))
                    .filter(
                            login ->
                                    MessageDigest.isEqual(
                                            login.browser().getBytes(US_ASCII),
                                            browser.getBytes(US_ASCII)));
        } finally {
            lock.unlock();
        }
    }

    private String secret() {
        var bytes = new byte[32];
        random.nextBytes(bytes);
        return encoded(bytes);
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
