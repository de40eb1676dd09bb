package dev.marmita.runner.tasks;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Tasks in a folder each: the request's body, the answer's body, and the state, which is replaced whole
 * and written last. A folder without a state was never accepted.
 */
final class TaskFiles {

    private static final String STATE = "state";
    private static final String INPUT = "input";
    private static final String OUTPUT = "output";

    private final Path folder;

    /**
     * @param folder made when the first task comes
     */
    TaskFiles(Path folder) {
        this.folder = folder;
    }

    /** Keeps a new task; it is accepted once this returns. */
    void create(Task task, ByteBuf body) throws IOException {
        Files.createDirectories(of(task.id()));
        write(task.id(), INPUT, body);
        save(task);
    }

    void save(Task task) throws IOException {
        Properties state = new Properties();
        state.setProperty("route", task.route());
        state.setProperty("requestId", task.requestId());
        state.setProperty("status", task.status().name());
        state.setProperty("createdAt", task.createdAt().toString());
        task.executedAt().ifPresent(at -> state.setProperty("executedAt", at.toString()));
        task.endedAt().ifPresent(at -> state.setProperty("endedAt", at.toString()));
        state.setProperty("mediaType", task.input().mediaType());
        state.setProperty("query", task.input().query());
        state.setProperty("bytes", Long.toString(task.bytes()));
        task.answer()
                .ifPresent(
                        answer -> {
                            state.setProperty("answer.status", Integer.toString(answer.status()));
                            state.setProperty("answer.mediaType", answer.mediaType());
                            state.setProperty("answer.disposition", answer.disposition());
                        });
        StringWriter text = new StringWriter();
        state.store(text, null);
        Path fresh = of(task.id()).resolve(STATE + ".new");
        Files.writeString(fresh, text.toString());
        Files.move(
                fresh,
                of(task.id()).resolve(STATE),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.ATOMIC_MOVE);
    }

    void answer(String id, ByteBuf body) throws IOException {
        write(id, OUTPUT, body);
    }

    byte[] input(String id) throws IOException {
        return Files.readAllBytes(of(id).resolve(INPUT));
    }

    byte[] answer(String id) throws IOException {
        return Files.readAllBytes(of(id).resolve(OUTPUT));
    }

    /** Idempotent. */
    void delete(String id) throws IOException {
        for (String name : List.of(STATE, STATE + ".new", INPUT, OUTPUT)) {
            Files.deleteIfExists(of(id).resolve(name));
        }
        Files.deleteIfExists(of(id));
    }

    /** What an earlier process has kept; what it has not accepted is deleted. */
    List<Task> load() throws IOException {
        List<Task> tasks = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return tasks;
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(folder)) {
            for (Path one : folders) {
                String id = String.valueOf(one.getFileName());
                Optional<Task> task = read(id, one.resolve(STATE));
                if (task.isPresent()) {
                    tasks.add(task.get());
                } else {
                    delete(id);
                }
            }
        }
        return tasks;
    }

    private static Optional<Task> read(String id, Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Properties state = new Properties();
        state.load(new StringReader(Files.readString(file)));
        try {
            return Optional.of(
                    new Task(
                            id,
                            state.getProperty("route", ""),
                            state.getProperty("requestId", ""),
                            Task.Status.valueOf(state.getProperty("status", "")),
                            Instant.parse(state.getProperty("createdAt", "")),
                            instant(state.getProperty("executedAt")),
                            instant(state.getProperty("endedAt")),
                            new Task.Input(
                                    state.getProperty("mediaType", ""),
                                    state.getProperty("query", "")),
                            Long.parseLong(state.getProperty("bytes", "0")),
                            answer(state)));
        } catch (IllegalArgumentException | DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private static Optional<Task.Answer> answer(Properties state) {
        String status = state.getProperty("answer.status");
        return status == null
                ? Optional.empty()
                : Optional.of(
                        new Task.Answer(
                                Integer.parseInt(status),
                                state.getProperty("answer.mediaType", ""),
                                state.getProperty("answer.disposition", "")));
    }

    private static Optional<Instant> instant(@Nullable String text) {
        return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
    }

    private Path of(String id) {
        return folder.resolve(id);
    }

    private void write(String id, String name, ByteBuf body) throws IOException {
        try (OutputStream out = Files.newOutputStream(of(id).resolve(name))) {
            body.getBytes(body.readerIndex(), out, body.readableBytes());
        }
    }
}
