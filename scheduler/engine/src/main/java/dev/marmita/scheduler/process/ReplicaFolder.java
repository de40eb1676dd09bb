package dev.marmita.scheduler.process;

import dev.marmita.scheduler.compute.Failure;
import dev.marmita.scheduler.compute.Failure.Reason;
import dev.marmita.scheduler.compute.ReplicaSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * A replica's folder: what is known of it when this process is gone. The runner reads {@code in}, and writes
 * to {@link #writable()}; the rest is none of its business. What it writes may be anything.
 */
final class ReplicaFolder {

    private static final ObjectMapper MAPPER = JsonMapper.builder().build();
    private static final int LONGEST_FAILURE = 64 * 1024;
    private static final int LONGEST_NUMBER = 32;

    /** What was ordered, and when. */
    record Order(ReplicaSpec spec, Instant createdAt) {}

    private final Path folder;

    ReplicaFolder(Path folder) {
        this.folder = folder.toAbsolutePath();
    }

    Path path() {
        return folder;
    }

    String name() {
        return String.valueOf(folder.getFileName());
    }

    /** What the runner is given. */
    Path in() {
        return folder.resolve("in");
    }

    /** What the runner tells. */
    Path out() {
        return folder.resolve("out");
    }

    /** What the runner derives from its models. */
    Path graphs() {
        return folder.resolve("graphs");
    }

    /** Where the runner may write. */
    List<Path> writable() {
        return List.of(out(), graphs(), scratch());
    }

    Path launch() {
        return in().resolve("launch.json");
    }

    Path pid() {
        return folder.resolve("pid");
    }

    Path portFile() {
        return out().resolve("port");
    }

    Path failureFile() {
        return out().resolve("failure.json");
    }

    Path scratch() {
        return folder.resolve("scratch");
    }

    LogFile log() {
        return new LogFile(folder.resolve("log"));
    }

    /** Of a runner that waits for work: there once it is warm. */
    Path warm() {
        return out().resolve("warm");
    }

    void create() throws IOException {
        Files.createDirectories(in());
        for (Path path : writable()) {
            Files.createDirectories(path);
        }
    }

    void writeOrder(Order order) throws IOException {
        write(folder.resolve("replica.json"), MAPPER.writeValueAsBytes(order));
    }

    /** Removes what a runner told, for another that is to start here. */
    void forgetTold() throws IOException {
        Files.deleteIfExists(portFile());
        Files.deleteIfExists(failureFile());
        Files.deleteIfExists(warm());
    }

    void writeUser(int user) throws IOException {
        write(folder.resolve("user"), Integer.toString(user).getBytes(StandardCharsets.UTF_8));
    }

    /** The user of its own, where it has one. */
    OptionalInt user() {
        OptionalLong user = number(folder.resolve("user"));
        return user.isPresent() && user.getAsLong() <= Integer.MAX_VALUE
                ? OptionalInt.of((int) user.getAsLong())
                : OptionalInt.empty();
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
        // The folder around it says who can.
        Files.setPosixFilePermissions(launch(), PosixFilePermissions.fromString("r--r--r--"));
    }

    void writeReady(Instant at) throws IOException {
        write(folder.resolve("ready"), at.toString().getBytes(StandardCharsets.UTF_8));
    }

    Optional<Instant> readyAt() {
        return read(folder.resolve("ready")).map(Instant::parse);
    }

    /** Of a runner that had waited: when it was given its work. */
    void writeClaimed(Instant at) throws IOException {
        write(folder.resolve("claimed"), at.toString().getBytes(StandardCharsets.UTF_8));
    }

    Optional<Instant> claimedAt() {
        return read(folder.resolve("claimed")).map(Instant::parse);
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
        Optional<String> text = RunnerFiles.text(file, LONGEST_NUMBER).map(String::strip);
        return text.isPresent() && text.get().matches("[0-9]{1,12}")
                ? OptionalLong.of(Long.parseLong(text.get()))
                : OptionalLong.empty();
    }

    /** What the runner says of why it could not start. */
    Optional<Failure> failure() {
        Optional<String> text = RunnerFiles.text(failureFile(), LONGEST_FAILURE);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode node = MAPPER.readTree(text.get());
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
        } catch (JacksonException e) {
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
