package dev.marmita.platform.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * The answers to requests that were made with a key. They may hold secrets (a new token), so each is encrypted with a
 * key made of the caller's own token and idempotency key: the database alone gives nothing away.
 */
@Component
final class IdempotentRequests {

    private static final Logger LOG = LoggerFactory.getLogger(IdempotentRequests.class);
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final JdbcClient database;
    private final JsonMapper json;
    private final SecureRandom random = new SecureRandom();

    IdempotentRequests(JdbcClient database, JsonMapper json) {
        this.database = database;
        this.json = json;
    }

    /**
     * @param id hash of caller, path and key
     * @param requestHash of the body
     * @param secret 32 bytes that only the caller can make
     */
    record Identity(String id, String requestHash, byte[] secret) {
        static Identity of(String name, byte[] body, byte[] secret) {
            return new Identity(
                    HexFormat.of().formatHex(sha256(name.getBytes(UTF_8))),
                    HexFormat.of().formatHex(sha256(body)),
                    sha256(secret));
        }
    }

    /** What was answered. */
    record Answer(int status, Map<String, String> headers, byte[] body) {}

    /** What became of a request's begin. */
    sealed interface Begun {
        /** Nobody did it before, or it failed: do it, then keep or release. */
        record First() implements Begun {}

        record Done(Answer answer) implements Begun {}

        record InProgress() implements Begun {}

        record Mismatch() implements Begun {}
    }

    private record Row(String requestHash, byte @Nullable [] answer) {}

    Begun begin(Identity identity) {
        // One that a crash has left half done may be taken over after two minutes.
        int taken =
                database.sql(
                                """
                                insert into idempotent_request as r (id, request_hash, started_at)
                                values (:id, :hash, now())
                                on conflict (id) do update set
                                    request_hash = excluded.request_hash, started_at = now(),
                                    status = null, answer = null
                                where r.started_at < now() - interval '24 hours' or (r.status is null
                                    and r.started_at < now() - interval '2 minutes')""")
                        .param("id", identity.id())
                        .param("hash", identity.requestHash())
                        .update();
        if (taken == 1) {
            return new Begun.First();
        }
        Optional<Row> row =
                database.sql("select request_hash, answer from idempotent_request where id = :id")
                        .param("id", identity.id())
                        .query((r, n) -> new Row(r.getString(1), r.getBytes(2)))
                        .optional();
        if (row.isEmpty()) {
            return new Begun.InProgress(); // released this moment; the caller tries again
        }
        if (!row.get().requestHash().equals(identity.requestHash())) {
            return new Begun.Mismatch();
        }
        byte[] answer = row.get().answer();
        return answer == null
                ? new Begun.InProgress()
                : new Begun.Done(json.readValue(decrypt(identity, answer), Answer.class));
    }

    /** Keeps the answer; where the database is gone meanwhile, the request counts as done without. */
    void keep(Identity identity, Answer answer) {
        byte[] sealed = encrypt(identity, json.writeValueAsBytes(answer));
        try {
            database.sql(
                            "update idempotent_request set status = :status, answer = :answer where"
                                    + " id = :id")
                    .param("status", answer.status())
                    .param("answer", sealed)
                    .param("id", identity.id())
                    .update();
        } catch (DataAccessException gone) {
            LOG.warn("an answer could not be kept: {}", gone.toString());
        }
    }

    void release(Identity identity) {
        try {
            database.sql("delete from idempotent_request where id = :id and status is null")
                    .param("id", identity.id())
                    .update();
        } catch (DataAccessException gone) {
            LOG.warn("an idempotency key is released later: {}", gone.toString());
        }
    }

    @Scheduled(fixedDelay = 3_600_000, initialDelay = 60_000)
    void forgetOld() {
        try {
            database.sql(
                            "delete from idempotent_request where started_at < now() - interval '24"
                                    + " hours'")
                    .update();
        } catch (DataAccessException gone) {
            LOG.debug("old answers are deleted later: {}", gone.toString());
        }
    }

    private byte[] encrypt(Identity identity, byte[] plain) {
        var nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, identity, nonce, plain);
        return ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
    }

    private static byte[] decrypt(Identity identity, byte[] stored) {
        ByteBuffer buffer = ByteBuffer.wrap(stored);
        var nonce = new byte[NONCE];
        buffer.get(nonce);
        var sealed = new byte[buffer.remaining()];
        buffer.get(sealed);
        return cipher(Cipher.DECRYPT_MODE, identity, nonce, sealed);
    }

    private static byte[] cipher(int mode, Identity identity, byte[] nonce, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    mode,
                    new SecretKeySpec(identity.secret(), "AES"),
                    new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException("a kept answer cannot be read", failure);
        }
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
