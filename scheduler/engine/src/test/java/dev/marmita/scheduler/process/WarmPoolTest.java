package dev.marmita.scheduler.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.compute.ReplicaObservation;
import dev.marmita.scheduler.compute.ReplicaObservation.State;
import dev.marmita.scheduler.compute.ReplicaSpec;
import dev.marmita.scheduler.compute.StartListener.Kind;
import dev.marmita.scheduler.spec.DeploymentSpec.Resources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WarmPoolTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Resources USUAL = new Resources(1000, 1L << 30);

    @TempDir Path folder;
    private RunnerWorld world;
    private ProcessComputeBackend backend;
    private final Queue<Kind> kinds = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void open() throws IOException {
        world = new RunnerWorld(folder);
        backend = opened();
    }

    private ProcessComputeBackend opened() {
        ProcessComputeBackend one =
                new ProcessComputeBackend(
                        world.warm(1),
                        world,
                        (kind, stages) -> {
                            assertThat(stages).containsKeys("fetch", "launch", "open", "total");
                            kinds.add(kind);
                        });
        one.open(_ -> {});
        return one;
    }

    @AfterEach
    void close() {
        backend.stopAll(Duration.ZERO);
        backend.close();
    }

    private Path replicas() {
        return world.home().resolve("replicas");
    }

    private List<ReplicaFolder> waiting() {
        try (Stream<Path> folders = Files.list(replicas())) {
            return folders.map(ReplicaFolder::new)
                    .filter(one -> one.order().isEmpty() && Files.exists(one.warm()))
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private ReplicaFolder awaitWaiting() {
        await().atMost(LONG)
                .until(() -> backend.report().warmRunners() == 1 && waiting().size() == 1);
        return waiting().getFirst();
    }

    private ReplicaSpec order(Resources resources) {
        return world.replica(world.bundle(), resources, Map.of());
    }

    private ReplicaObservation awaitState(ReplicaSpec spec, State state) {
        await().atMost(LONG)
                .until(
                        () ->
                                seen(spec).map(ReplicaObservation::state).orElse(State.PENDING)
                                        == state);
        return seen(spec).orElseThrow();
    }

    private Optional<ReplicaObservation> seen(ReplicaSpec spec) {
        return backend.observe().stream().filter(one -> one.id().equals(spec.id())).findFirst();
    }

    /** The process that runs a replica. */
    private long pid(ReplicaSpec spec) throws IOException {
        try (Stream<Path> folders = Files.list(replicas())) {
            return folders.map(ReplicaFolder::new)
                    .filter(
                            one ->
                                    one.order()
                                            .filter(o -> o.spec().id().equals(spec.id()))
                                            .isPresent())
                    .findFirst()
                    .orElseThrow()
                    .readPid()
                    .orElseThrow();
        }
    }

    @Test
    void givesAWaitingRunnerToOneReplicaAndToNoOther() throws Exception {
        long first = awaitWaiting().readPid().orElseThrow();
        ReplicaSpec mine = order(USUAL);
        Instant before = Instant.now();
        backend.start(mine);
        ReplicaObservation ready = awaitState(mine, State.READY);

        assertThat(pid(mine)).isEqualTo(first);
        assertThat(kinds).containsExactly(Kind.WARM);
        assertThat(RunnerWorld.get(ready.port(), "/").body()).startsWith(mine.id());
        assertThat(ready.startedAt().orElseThrow())
                .as("what it waited is not the tenant's")
                .isAfterOrEqualTo(before);

        long second = awaitWaiting().readPid().orElseThrow();
        backend.stop(mine.id(), Duration.ofSeconds(5));
        awaitState(mine, State.ENDED);
        assertThat(ProcessHandle.of(first)).as("it ends with its replica").isEmpty();
        backend.forget(mine.id());

        ReplicaSpec theirs =
                new ReplicaSpec(
                        "theirs-1-x1", EndpointId.of("globex", "theirs"), 1, "cpu", 0, mine.work());
        backend.start(theirs);
        awaitState(theirs, State.READY);
        assertThat(second).isNotEqualTo(first);
        assertThat(pid(theirs)).isEqualTo(second);
    }

    @Test
    void startsPlainlyWhatDoesNotFitAndWaitsForThatSizeFromThenOn() {
        awaitWaiting();
        Resources size = new Resources(1000, 512L << 20);
        ReplicaSpec first = order(size);
        backend.start(first);
        awaitState(first, State.READY);
        assertThat(kinds).containsExactly(Kind.COLD);

        await().atMost(LONG)
                .until(
                        () -> {
                            List<ReplicaFolder> one = waiting();
                            return one.size() == 1
                                    && backend.report().warmRunners() == 1
                                    && commandLine(one.getFirst())
                                            .contains("-Xmx" + (512L << 20) / 100 * 45);
                        });
        ReplicaSpec second = order(size);
        backend.start(second);
        awaitState(second, State.READY);

        assertThat(kinds).containsExactly(Kind.COLD, Kind.WARM);
    }

    private static String commandLine(ReplicaFolder one) throws IOException {
        long pid = one.readPid().orElse(0);
        return pid == 0 ? "" : Files.readString(Path.of("/proc/" + pid + "/cmdline"));
    }

    @Test
    void shiftsToTheReplicaWhatItWasGivenAndNothingElse() throws Exception {
        assumeThat(backend.report().isolation())
                .as("NOT TESTED: this machine cannot wall runners in")
                .anyMatch(line -> line.startsWith("files: bubblewrap"));
        ReplicaFolder one = awaitWaiting();
        ReplicaSpec mine = order(USUAL);
        backend.start(mine);
        int port = awaitState(mine, State.READY).port();
        String hex = BlobCache.hex(mine.work().bundle().models().get("detector").digest());
        Path model = one.in().resolve("models").resolve(hex);

        assertThat(RunnerWorld.get(port, "/read?" + model).body()).isEqualTo("done: a model");
        assertThat(RunnerWorld.get(port, "/write?" + model).body()).startsWith("denied");
        assertThat(
                        RunnerWorld.get(port, "/read?" + world.home().resolve("cache/blobs/" + hex))
                                .body())
                .startsWith("denied");
    }

    @Test
    void findsAReplicaThatWasGivenAWaitingRunnerAgain() throws Exception {
        awaitWaiting();
        ReplicaSpec mine = order(USUAL);
        backend.start(mine);
        ReplicaObservation before = awaitState(mine, State.READY);
        long pid = pid(mine);
        awaitWaiting();
        List<ReplicaFolder> idle = waiting();

        backend.close();
        idle.forEach(one -> assertThat(one.path()).doesNotExist());
        backend = opened();

        ReplicaObservation after = seen(mine).orElseThrow();
        assertThat(after.state()).isEqualTo(State.READY);
        assertThat(after.startedAt()).isEqualTo(before.startedAt());
        assertThat(pid(mine)).isEqualTo(pid);
        backend.stop(mine.id(), Duration.ofSeconds(5));
        awaitState(mine, State.ENDED);
        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    @Test
    void replacesAWaitingRunnerOfOtherFiles() throws Exception {
        long first = awaitWaiting().readPid().orElseThrow();

        Files.setLastModifiedTime(
                folder.resolve("runner/lib/fake.jar"), FileTime.fromMillis(1_000_000));

        await().atMost(LONG)
                .until(
                        () ->
                                backend.report().warmRunners() == 1
                                        && waiting().size() == 1
                                        && waiting().getFirst().readPid().orElse(first) != first);
    }

    @Test
    void replacesAWaitingRunnerThatDied() {
        ReplicaFolder first = awaitWaiting();

        ProcessHandle.of(first.readPid().orElseThrow()).orElseThrow().destroyForcibly();

        await().atMost(LONG).until(() -> !Files.exists(first.path()));
        assertThat(awaitWaiting().name()).isNotEqualTo(first.name());
    }

    @Test
    void leavesNothingBehind() throws Exception {
        long pid = awaitWaiting().readPid().orElseThrow();

        backend.stopAll(Duration.ofSeconds(5));

        await().atMost(LONG).until(() -> ProcessHandle.of(pid).isEmpty());
        assertThat(backend.report().warmRunners()).isZero();
        assertThat(replicas()).isEmptyDirectory();
    }
}
