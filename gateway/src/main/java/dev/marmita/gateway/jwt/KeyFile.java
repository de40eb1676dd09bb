package dev.marmita.gateway.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** What an issuer published last, on disk: for a restart while the issuer is down. */
final class KeyFile {

    private static final Logger LOG = LoggerFactory.getLogger(KeyFile.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** As it was fetched, from whom and when. */
    record Content(
            @JsonProperty("issuer") String issuer,
            @JsonProperty("fetchedAt") String fetchedAt,
            @JsonProperty("introspection") @Nullable String introspection,
            @JsonProperty("keys") String keys) {

        Instant at() {
            return Instant.parse(fetchedAt);
        }
    }

    private final Path file;
    private final String issuer;

    KeyFile(Path folder, String issuer) {
        this.issuer = issuer;
        String name = UUID.nameUUIDFromBytes(issuer.getBytes(UTF_8)).toString();
        this.file = folder.toAbsolutePath().resolve("keys-" + name + ".json");
    }

    Optional<Content> read() {
        try {
            Content content = JSON.readValue(Files.readString(file), Content.class);
            return content.issuer().equals(issuer) ? Optional.of(content) : Optional.empty();
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (IOException | JacksonException damaged) {
            LOG.warn("the keys in {} cannot be read: {}", file, damaged.toString());
            return Optional.empty();
        }
    }

    /** A reader sees the old or the new one whole. */
    void write(Content content) {
        try {
            Files.createDirectories(file.getParent());
            Path beside =
                    Files.createTempFile(
                            file.getParent(),
                            "keys",
                            ".new",
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")));
            Files.writeString(beside, JSON.writeValueAsString(content));
            Files.move(
                    beside,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException | JacksonException failure) {
            LOG.warn("the keys of {} cannot be kept on disk: {}", issuer, failure.toString());
        }
    }
}
