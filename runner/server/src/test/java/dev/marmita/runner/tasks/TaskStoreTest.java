package dev.marmita.runner.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.runner.http.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskStoreTest {

    private static final Instant START = Instant.parse("2026-11-21T00:00:00Z");
    private static final TaskStore.Bounds BOUNDS =
            new TaskStore.Bounds(3, 2, 1_000, Duration.ofHours(24));

    @TempDir Path folder;
    private Instant now = START;

    private TaskStore store() {
        return new TaskStore(new TaskFiles(folder.resolve("tasks")), BOUNDS, () -> now);
    }

    private static ByteBuf bytes(int count) {
        return Unpooled.wrappedBuffer(new byte[count]);
    }

    private Task task(String id, int size) {
        return new Task(
                id,
                "/route",
                "r-" + id,
                Task.Status.PENDING,
                now,
                Optional.empty(),
                Optional.empty(),
                new Task.Input("a/b", "x=1"),
                size,
                Optional.empty());
    }

    private void finished(TaskStore store, String id, int size) throws Exception {
        store.add(task(id, size), bytes(size));
        store.change(id, one -> one.started(now));
        store.answer(id, new Task.Answer(200, "text/plain", ""), bytes(10));
    }

    @Test
    void forgetsAfterADay() throws Exception {
        TaskStore store = store();
        finished(store, "a", 10);
        now = START.plus(Duration.ofHours(23));
        store.expire();
        assertThat(store.find("a")).isPresent();

        now = START.plus(Duration.ofHours(25));
        store.expire();
        assertThat(store.find("a")).isEmpty();
        assertThat(folder.resolve("tasks")).isEmptyDirectory();
    }

    @Test
    void makesRoomByTheOldestThatHaveEnded() throws Exception {
        TaskStore store = store();
        finished(store, "a", 10);
        finished(store, "b", 10);
        finished(store, "c", 10);
        finished(store, "d", 10);
        assertThat(store.find("a")).isEmpty();
        assertThat(store.find("b")).isPresent();

        finished(store, "e", 985);
        assertThat(store.find("d")).isEmpty();
        assertThat(store.find("e")).isPresent();
    }

    @Test
    void refusesWhatHasNoRoom() throws Exception {
        TaskStore store = store();
        assertThatThrownBy(() -> store.add(task("big", 1_001), bytes(1_001)))
                .isInstanceOf(RefusedException.class);
        store.add(task("a", 10), bytes(10));
        store.add(task("b", 10), bytes(10));

        assertThatThrownBy(() -> store.add(task("c", 10), bytes(10)))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("too many tasks");
        assertThat(store.unfinished()).isEqualTo(2);
    }

    @Test
    void findsEverythingAgain() throws Exception {
        TaskStore before = store();
        finished(before, "a", 10);
        now = now.plusSeconds(1);
        before.add(task("b", 20), bytes(20));
        before.change("b", one -> one.started(now));

        TaskStore after = store();
        assertThat(after.load()).extracting(Task::id).containsExactly("b");
        assertThat(after.find("a")).isEqualTo(before.find("a"));
        assertThat(after.find("b").orElseThrow().status()).isEqualTo(Task.Status.PENDING);
        assertThat(after.find("b").orElseThrow().input()).isEqualTo(new Task.Input("a/b", "x=1"));
        assertThat(after.input("b")).hasSize(20);
        assertThat(after.answer("a")).hasSize(10);
    }

    @Test
    void aTaskWhoseAnswerIsLostHasFailed() throws Exception {
        TaskStore store = store();
        store.add(task("a", 10), bytes(10));
        Files.delete(folder.resolve("tasks/a/state"));
        Files.delete(folder.resolve("tasks/a/input"));
        Files.delete(folder.resolve("tasks/a"));

        store.lose("a");

        assertThat(store.unfinished()).isZero();
        assertThat(store.find("a").orElseThrow().status()).isEqualTo(Task.Status.FAILED);
    }

    @Test
    void passesOverWhatWasNeverAccepted() throws Exception {
        Files.createDirectories(folder.resolve("tasks/half"));
        Files.writeString(folder.resolve("tasks/half/input"), "x");
        Files.createDirectories(folder.resolve("tasks/torn"));
        Files.writeString(folder.resolve("tasks/torn/state"), "status=WHAT");

        assertThat(store().load()).isEmpty();
        assertThat(folder.resolve("tasks")).isEmptyDirectory();
    }

    @Test
    void anEndedTaskChangesNoMore() throws Exception {
        TaskStore store = store();
        store.add(task("a", 10), bytes(10));
        assertThat(store.change("a", one -> one.canceled(now))).isPresent();

        store.answer("a", new Task.Answer(200, "text/plain", ""), bytes(10));
        assertThat(store.change("a", one -> one.started(now))).isEmpty();
        assertThat(store.find("a").orElseThrow().status()).isEqualTo(Task.Status.CANCELED);
    }
}
