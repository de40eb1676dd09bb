package dev.marmita.platform.console.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.marmita.platform.postgres.PostgresPool;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Sessions as rows, so that they outlive a restart and end for good on sign-out. A row is found by a hash of the
 * cookie, and what it holds is sealed with a key made from the cookie: the database alone opens no session.
 */
@Component
public final class Sessions {

    /** After this long one signs in again. */
    public static final Duration LIFETIME = Duration.ofHours(12);

    /** Beyond this many, the oldest end. */
    static final int MOST = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{43}");
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final PostgresPool pool;
    private final InstantSource clock;
    private final RandomGenerator random;

    Sessions(PostgresPool pool, InstantSource clock, RandomGenerator random) {
        this.pool = pool;
        this.clock = clock;
        this.random = random;
    }

    private record Row(byte[] sealed, Instant expiresAt) {}

    /**
     * Begins a session.
     *
     * @param bearer a token that the API takes
     */
    public Session open(String bearer) {
        return open(bearer, clock.instant().plus(LIFETIME));
    }

    /** Begins a session that ends at that moment, or after {@link #LIFETIME} where that is earlier. */
    public Session open(String bearer, Instant until) {
        Instant now = clock.instant();
        Instant expiresAt = until.isBefore(now.plus(LIFETIME)) ? until : now.plus(LIFETIME);
        var secret = new byte[32];
        random.nextBytes(secret);
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        pool.client()
                .sql(
                        """
                        insert into console_session (id, sealed, created_at, expires_at)
                        values (:id, :sealed, :now, :until)\
                        """)
                .param("id", rowId(id))
                .param("sealed", seal(id, bearer))
                .param("now", Timestamp.from(now))
                .param("until", Timestamp.from(expiresAt))
                .update();
        return session(id, bearer, expiresAt);
    }

    /** The live session behind a cookie. */
    public Optional<Session> find(String id) {
        if (!ID.matcher(id).matches()) {
            return Optional.empty();
        }
        return pool.client()
                .sql("select sealed, expires_at from console_session where id = :id")
                .param("id", rowId(id))
                .query((row, n) -> new Row(row.getBytes(1), row.getTimestamp(2).toInstant()))
                .optional()
                .filter(row -> clock.instant().isBefore(row.expiresAt()))
                .map(row -> session(id, unseal(id, row.sealed()), row.expiresAt()));
    }

    /** Ends a session; idempotent. */
    public void close(String id) {
        pool.client()
                .sql("delete from console_session where id = :id")
                .param("id", rowId(id))
                .update();
    }

    @Scheduled(fixedDelay = 600_000, initialDelay = 90_000)
    void forgetExpired() {
        try {
            pool.client()
                    .sql(
                            """
                            delete from console_session where expires_at < now() or id in
                                (select id from console_session order by created_at desc offset :most)\
                            """)
                    .param("most", MOST)
                    .update();
        } catch (DataAccessException later) {
            LOG.debug("expired sessions are deleted later: {}", later.toString());
        }
    }

    private static Session session(String id, String bearer, Instant expiresAt) {
        String csrf = HexFormat.of().formatHex(hash("csrf", id), 0, 16);
        return new Session(id, bearer, csrf, expiresAt);
    }

    private static String rowId(String id) {
        return HexFormat.of().formatHex(hash("row", id));
    }

    private byte[] seal(String id, String plain) {
        var nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, id, nonce, plain.getBytes(UTF_8));
        return ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
    }

    private static String unseal(String id, byte[] stored) {
        ByteBuffer buffer = ByteBuffer.wrap(stored);
        var nonce = new byte[NONCE];
        buffer.get(nonce);
        var sealed = new byte[buffer.remaining()];
        buffer.get(sealed);
        return new String(cipher(Cipher.DECRYPT_MODE, id, nonce, sealed), UTF_8);
    }

    private static byte[] cipher(int mode, String id, byte[] nonce, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    mode,
                    new SecretKeySpec(hash("seal", id), "AES"),
                    new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("a session cannot be read", failure);
        }
    }

    private static byte[] hash(String purpose, String id) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(("marmita console " + purpose + " " + id).getBytes(UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
