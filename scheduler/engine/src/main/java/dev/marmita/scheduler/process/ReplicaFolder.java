package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.Failure;
import dev.marmita.scheduler.compute.Failure.Reason;
import dev.marmita.scheduler.compute.ReplicaSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** A replica's folder: what is known of it when this process is gone. */
final class ReplicaFolder {

    private static final ObjectMapper MAPPER = JsonMapper.builder().build();
    private static final int LONGEST_FAILURE = 64 * 1024;

    /** What was ordered, and when. */
    record Order(ReplicaSpec spec, Instant createdAt) {}

    private final Path folder;

    ReplicaFolder(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    Path path() {
        return folder;
    }

    Path launch() {
        return folder.resolve("launch.json");
    }

    Path pid() {
        return folder.resolve("pid");
    }

    Path portFile() {
        return folder.resolve("port");
    }

    Path failureFile() {
        return folder.resolve("failure.json");
    }

    Path scratch() {
        return folder.resolve("scratch");
    }

    LogFile log() {
        return new LogFile(folder.resolve("log"));
    }

    void create(Order order) throws IOException {
        Files.createDirectories(scratch());
        write(folder.resolve("replica.json"), MAPPER.writeValueAsBytes(order));
    }

    /** Empty where it cannot be read. */
    Optional<Order> order() {
        return read(folder.resolve("replica.json"))
                .flatMap(
                        text -> {
                            try {
                                return Optional.of(MAPPER.readValue(text, Order.class));
                            } catch (JacksonException e) {
                                return Optional.empty();
                            }
                        });
    }

    void writeLaunch(Map<String, Object> launch) throws IOException {
        write(launch(), MAPPER.writeValueAsBytes(launch));
    }

    void writeReady(Instant at) throws IOException {
        write(folder.resolve("ready"), at.toString().getBytes(StandardCharsets.UTF_8));
    }

    Optional<Instant> readyAt() {
        return read(folder.resolve("ready")).map(Instant::parse);
    }

    OptionalLong readPid() {
        return number(pid());
    }

    /** 0 until the runner has bound it. */
    int port() {
        long port = number(portFile()).orElse(0);
        return port > 0 && port <= 65_535 ? (int) port : 0;
    }

    private static OptionalLong number(Path file) {
        Optional<String> text = read(file).map(String::strip);
        return text.isPresent() && text.get().matches("[0-9]{1,12}")
                ? OptionalLong.of(Long.parseLong(text.get()))
                : OptionalLong.empty();
    }

    /** What the runner says of why it could not start. */
    Optional<Failure> failure() {
        try {
            if (!Files.exists(failureFile()) || Files.size(failureFile()) > LONGEST_FAILURE) {
                return Optional.empty();
            }
            JsonNode node = MAPPER.readTree(Files.readAllBytes(failureFile()));
            String message = node.path("message").asString("");
            Reason reason =
                    switch (node.path("reason").asString("")) {
                        case "BundleInvalid" -> Reason.BUNDLE_INVALID;
                        case "ModelInvalid" -> Reason.MODEL_INVALID;
                        case "OutOfMemory" -> Reason.OUT_OF_MEMORY;
                        default -> Reason.START_FAILED;
                    };
            return Optional.of(
                    new Failure(reason, message.isEmpty() ? "it could not start" : message));
        } catch (IOException | JacksonException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        Path temp = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(temp, content);
        Files.move(temp, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
