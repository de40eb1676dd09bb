package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.Failure.Reason;
import dev.marmita.scheduler.compute.ReplicaSpec;
import dev.marmita.scheduler.compute.SecretSource;
import dev.marmita.scheduler.compute.SecretSource.SecretUnavailableException;
import dev.marmita.scheduler.spec.SecretTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a runner gets its secrets: as one JSON document on its standard input, a pipe, so that no disk ever
 * holds them. The launch file only says where the runner shall put those that are files.
 */
final class SecretHandover {

    private static final Logger LOG = LoggerFactory.getLogger(SecretHandover.class);
    private static final ObjectMapper MAPPER = JsonMapper.builder().build();
    private static final Path MEMORY = Path.of("/dev/shm");

    private final SecretSource source;
    private final Sandbox sandbox;

    SecretHandover(SecretSource source, Sandbox sandbox) {
        this.source = source;
        this.sandbox = sandbox;
    }

    static boolean wanted(ReplicaSpec spec) {
        return !spec.work().secrets().isEmpty();
    }

    /**
     * {@code {"env":{…},"files":{name:base64}}}, for the caller to wipe; empty where there are none.
     *
     * @throws ReplicaException where a value cannot be had or is not what its place needs
     */
    Optional<byte[]> document(ReplicaSpec spec) throws ReplicaException {
        if (!wanted(spec)) {
            return Optional.empty();
        }
        Map<String, byte[]> values = values(spec);
        Map<String, String> env = new LinkedHashMap<>();
        Map<String, byte[]> files = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, SecretTarget> secret : spec.work().secrets().entrySet()) {
                byte[] value = values.get(secret.getKey());
                if (value == null) {
                    throw new ReplicaException(
                            Reason.SECRET_UNAVAILABLE,
                            "secret '" + secret.getKey() + "' has no value");
                }
                if (secret.getValue().env().isPresent()) {
                    env.put(secret.getValue().env().get(), text(secret.getKey(), value));
                }
                secret.getValue().file().ifPresent(name -> files.put(name, value));
            }
            return Optional.of(MAPPER.writeValueAsBytes(Map.of("env", env, "files", files)));
        } finally {
            values.values().forEach(value -> Arrays.fill(value, (byte) 0));
        }
    }

    private Map<String, byte[]> values(ReplicaSpec spec) throws ReplicaException {
        try {
            return source.values(spec.endpoint().tenant(), spec.work().bundle().secrets());
        } catch (SecretUnavailableException e) {
            throw new ReplicaException(Reason.SECRET_UNAVAILABLE, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.warn("the secrets of {} cannot be read: {}", spec.endpoint(), e.toString());
            throw new ReplicaException(
                    Reason.SECRET_UNAVAILABLE, "the secrets cannot be read at this time");
        }
    }

    private static String text(String name, byte[] value) throws ReplicaException {
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
            if (text.indexOf('\0') < 0) {
                return text;
            }
        } catch (CharacterCodingException notText) {
            // What it is instead is nobody's business.
        }
        throw new ReplicaException(
                Reason.SECRET_UNAVAILABLE,
                "secret '" + name + "' is no UTF-8 text: it can be given as a file only");
    }

    /** Where the runner puts files: in memory where it can, readable by itself alone. */
    Path folder(ReplicaSpec spec, ReplicaFolder folder) {
        if (sandbox.hasWalls()) {
            // Of its own, and gone with it.
            return Path.of("/tmp", "secrets");
        }
        return inMemory(spec).orElseGet(() -> folder.scratch().resolve(".secrets"));
    }

    private static Optional<Path> inMemory(ReplicaSpec spec) {
        try {
            return Files.isDirectory(MEMORY) && Files.getFileStore(MEMORY).type().equals("tmpfs")
                    ? Optional.of(MEMORY.resolve("marmita-" + spec.id()))
                    : Optional.empty();
        } catch (IOException unknown) {
            return Optional.empty();
        }
    }

    /** After the end of a runner that may not have cleared away itself. */
    void forget(ReplicaSpec spec, ReplicaFolder folder) {
        if (!wanted(spec) || sandbox.hasWalls()) {
            return;
        }
        try {
            Trees.delete(folder(spec, folder));
        } catch (IOException e) {
            LOG.warn("the secrets of replica {} are not cleared away: {}", spec.id(), e.toString());
        }
    }
}
