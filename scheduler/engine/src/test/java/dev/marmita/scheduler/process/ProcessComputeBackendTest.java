package dev.marmita.scheduler.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.scheduler.compute.ComputeBackend;
import dev.marmita.scheduler.compute.ComputeBackendContract;
import dev.marmita.scheduler.compute.Failure;
import dev.marmita.scheduler.compute.ReplicaObservation;
import dev.marmita.scheduler.compute.ReplicaObservation.State;
import dev.marmita.scheduler.compute.ReplicaSpec;
import dev.marmita.scheduler.spec.DeploymentSpec.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessComputeBackendTest extends ComputeBackendContract {

    private static final long LOG_BYTES = 256 << 10;

    @TempDir Path folder;
    private RunnerWorld world;
    private ComputeBackend second;

    @Override
    protected ComputeBackend create() throws IOException {
        world = new RunnerWorld(folder);
        return new ProcessComputeBackend(
                world.settings(world.home(), 64 << 20, LOG_BYTES, true), world);
    }

    @Override
    protected ReplicaSpec order(String behaviour) {
        return world.replica(behaviour);
    }

    @Override
    protected ReplicaSpec orderOf(long memoryBytes) {
        return world.replica(world.bundle(), new Resources(1000, memoryBytes), behaviour("ok"));
    }

    @AfterEach
    void closeSecond() {
        if (second != null) {
            second.stopAll(Duration.ZERO);
            second.close();
        }
    }

    @Test
    void noticesAKilledRunnerAtOnce() {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        awaitState(spec, State.READY);

        process(spec).destroyForcibly();

        Failure failure = awaitState(spec, State.ENDED).failure().orElseThrow();
        assertThat(failure.reason()).isEqualTo(Failure.Reason.KILLED);
        assertThat(failure.message()).contains("listening");
    }

    @Test
    void leavesNoRunnerBehindWhoseWallsWereKilled() {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        awaitState(spec, State.READY);
        List<ProcessHandle> inside = process(spec).descendants().toList();

        process(spec).destroyForcibly();

        awaitState(spec, State.ENDED);
        await().atMost(LONG).until(() -> inside.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void killsARunnerThatGivesNoAnswer() throws Exception {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        int port = awaitState(spec, State.READY).port();

        RunnerWorld.get(port, "/mute");

        Failure failure = awaitState(spec, State.ENDED).failure().orElseThrow();
        assertThat(failure.reason()).isEqualTo(Failure.Reason.UNRESPONSIVE);
    }

    @Test
    void knowsHowManyTasksARunnerHolds() throws Exception {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        int port = awaitState(spec, State.READY).port();

        RunnerWorld.get(port, "/tasks");

        await().atMost(LONG).until(() -> observed(spec).tasks() == 3);
    }

    @Test
    void saysThatTheMemoryWasTooLittle() {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        int port = awaitState(spec, State.READY).port();

        assertThatThrownBy(() -> RunnerWorld.get(port, "/eat")).isInstanceOf(IOException.class);

        Failure failure = awaitState(spec, State.ENDED).failure().orElseThrow();
        assertThat(failure.reason()).isEqualTo(Failure.Reason.OUT_OF_MEMORY);
        assertThat(failure.message()).contains("256 MiB");
    }

    @Test
    void holdsNativeMemoryToTheLimit() {
        assumeThat(backend.report().isolation())
                .anyMatch(line -> line.startsWith("memory: control"));
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        int port = awaitState(spec, State.READY).port();

        assertThatThrownBy(() -> RunnerWorld.get(port, "/native")).isInstanceOf(IOException.class);

        Failure failure = awaitState(spec, State.ENDED).failure().orElseThrow();
        assertThat(failure.reason()).isEqualTo(Failure.Reason.OUT_OF_MEMORY);
        assertThat(failure.message()).contains("killed at its memory limit of 256 MiB");
    }

    @Test
    void startsUnderPrlimitWhereThereAreNoControlGroups() throws Exception {
        Optional<Path> prlimit = Confinements.program("prlimit");
        assumeThat(prlimit).isPresent();
        ReplicaSpec spec = order("ok");
        ReplicaFolder replica = new ReplicaFolder(replicaFolder(spec));
        replica.create();
        Launcher launcher =
                new Launcher(
                        world.settings(),
                        new Confinement.Prlimit(prlimit.orElseThrow()),
                        Sandbox.none("a test"),
                        new TenantGraphs(folder.resolve("graphs"), 1 << 20));

        RunnerProcess process =
                launcher.launch(
                        spec,
                        replica,
                        new ArtifactFetcher.Fetched(
                                Files.createDirectories(folder.resolve("bundle")), Map.of()),
                        Optional.empty());

        try {
            await().atMost(LONG).until(() -> replica.port() != 0);
            assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/limits")))
                    .containsPattern("Max data size +" + (512L << 20));
            assertThatThrownBy(() -> RunnerWorld.get(replica.port(), "/native"))
                    .isInstanceOf(IOException.class);
        } finally {
            process.kill();
        }
    }

    @Test
    void runsWithoutAnyBoundsWhereThatIsWanted() {
        second =
                new ProcessComputeBackend(
                        world.settings(folder.resolve("other"), 64 << 20, LOG_BYTES, false), world);
        second.open(changes::add);
        second.start(order("ok"));

        await().atMost(LONG).until(() -> second.observe().getFirst().state() == State.READY);
        assertThat(second.report().isolation())
                .contains("memory and cores: the runner's own JVM flags alone");
    }

    @Test
    void startsRunnersOfAllTenantsWithOneAotCache() throws Exception {
        backend.close();
        ProcessSettings settings = world.training();
        AotCache cache = new AotCache(settings);
        cache.open();
        await().atMost(Duration.ofMinutes(2)).until(() -> cache.file().isPresent());
        second = new ProcessComputeBackend(settings, world);
        second.open(changes::add);

        ReplicaSpec order = order("ok");
        second.start(order);

        await().atMost(LONG)
                .until(() -> second.observe().stream().allMatch(r -> r.state() == State.READY));
        assertThat(Files.readString(Path.of("/proc/" + process(order).pid() + "/cmdline")))
                .contains("-XX:AOTCache=" + cache.file().orElseThrow());
    }

    @Test
    void isNoNodeOfAnotherPool() {
        ReplicaSpec cpu = order("ok");
        ReplicaSpec gpu = new ReplicaSpec(cpu.id(), cpu.endpoint(), 1, "gpu", 0, cpu.work());

        assertThat(backend.start(gpu))
                .isEqualTo(
                        new ComputeBackend.Start.NoCapacity(
                                "this machine is no node of the pool 'gpu', only of [cpu]"));
    }

    @Test
    void keepsItsHomeToItself() throws IOException {
        assertThat(Files.getPosixFilePermissions(world.home()))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }

    @Test
    void givesTheRunnerNothingOfItsOwnEnvironment() throws Exception {
        ReplicaSpec spec = order("ok");
        backend.start(spec);

        String body = RunnerWorld.get(awaitState(spec, State.READY).port(), "/").body();

        assertThat(body).isEqualTo(spec.id() + " 1 2 1048576 null");
    }

    @Test
    void rotatesLogsAndKeepsTheNewestLines() throws Exception {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        int port = awaitState(spec, State.READY).port();
        Path log = replicaFolder(spec).resolve("log");

        RunnerWorld.get(port, "/chat");
        await().atMost(LONG).until(() -> Files.exists(log.resolveSibling("log.1")));
        await().atMost(LONG).until(() -> Files.size(log) < LOG_BYTES);

        RunnerWorld.get(port, "/chat");
        assertThat(backend.logs(spec.endpoint(), 5).getFirst().lines())
                .hasSize(5)
                .last()
                .isEqualTo("the end of the chat");
        await().atMost(LONG).until(() -> Files.size(log) < LOG_BYTES);
        assertThat(Files.size(log.resolveSibling("log.1"))).isLessThan(4 << 20);
    }

    @Test
    void findsLivingRunnersAgainAndTheyGoOnServing() throws Exception {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        ReplicaObservation before = awaitState(spec, State.READY);
        long pid = process(spec).pid();
        backend.close();

        second = new ProcessComputeBackend(world.settings(), world);
        second.open(changes::add);

        ReplicaObservation after = second.observe().getFirst();
        assertThat(after.state()).isEqualTo(State.READY);
        assertThat(after.spec()).isEqualTo(spec);
        assertThat(after.port()).isEqualTo(before.port());
        assertThat(after.startedAt()).isEqualTo(before.startedAt());
        assertThat(after.createdAt()).isEqualTo(before.createdAt());
        assertThat(after.readyAt()).isEqualTo(before.readyAt());
        assertThat(process(spec).pid()).isEqualTo(pid);

        process(spec).destroyForcibly();
        await().atMost(LONG).until(() -> second.observe().getFirst().state() == State.ENDED);
    }

    @Test
    void stopsAnAdoptedRunnerInOrder() {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        awaitState(spec, State.READY);
        backend.close();
        second = new ProcessComputeBackend(world.settings(), world);
        second.open(changes::add);

        second.stop(spec.id(), Duration.ofSeconds(5));

        await().atMost(LONG).until(() -> second.observe().getFirst().state() == State.ENDED);
        assertThat(second.observe().getFirst().failure()).isEmpty();
    }

    @Test
    void stopsRunnersItDoesNotKnowAndClearsBrokenFolders() throws Exception {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        awaitState(spec, State.READY);
        ProcessHandle process = process(spec);
        backend.close();
        Files.writeString(replicaFolder(spec).resolve("replica.json"), "{broken");

        second = new ProcessComputeBackend(world.settings(), world);
        second.open(changes::add);

        assertThat(second.observe()).isEmpty();
        await().atMost(LONG).until(() -> !process.isAlive());
        assertThat(replicaFolder(spec)).doesNotExist();
    }

    @Test
    void doesNotTakeAnotherProcessForItsRunner() throws Exception {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        awaitState(spec, State.READY);
        backend.close();
        process(spec).destroyForcibly();
        await().atMost(LONG)
                .until(() -> RunnerProcess.find(new ReplicaFolder(replicaFolder(spec))).isEmpty());
        // The number is somebody else's by now: this very process.
        Files.writeString(
                replicaFolder(spec).resolve("pid"), Long.toString(ProcessHandle.current().pid()));

        second = new ProcessComputeBackend(world.settings(), world);
        second.open(changes::add);

        assertThat(second.observe().getFirst().failure().orElseThrow().reason())
                .isEqualTo(Failure.Reason.LOST);
    }

    @Test
    void leavesNothingBehindAfterStoppingAll() throws Exception {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        awaitState(spec, State.READY);
        backend.stopAll(Duration.ofSeconds(5));
        backend.close();

        second = new ProcessComputeBackend(world.settings(), world);
        second.open(changes::add);

        assertThat(second.observe()).isEmpty();
    }

    @Test
    void isAloneInItsHome() {
        ComputeBackend other = new ProcessComputeBackend(world.settings(), world);

        assertThatThrownBy(() -> other.open(changes::add))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("another process uses");
    }

    @Test
    void downloadsOnceForAll() {
        List<ReplicaSpec> orders = Stream.generate(() -> order("ok")).limit(4).toList();
        orders.forEach(backend::start);
        orders.forEach(spec -> awaitState(spec, State.READY));

        assertThat(world.opened).hasValue(2);
    }

    @Test
    void waitsForASourceThatIsAwayForAWhile() {
        world.failuresLeft.set(3);
        ReplicaSpec spec = order("ok");
        backend.start(spec);

        await().atMost(LONG)
                .until(
                        () ->
                                observed(spec).failure().map(Failure::reason).orElse(null)
                                        == Failure.Reason.ARTIFACT_UNAVAILABLE);
        assertThat(observed(spec).state()).isEqualTo(State.PENDING);
        assertThat(awaitState(spec, State.READY).failure()).isEmpty();
    }

    @Test
    void stopsWhatStillWaitsForItsArtifacts() {
        world.failuresLeft.set(1000);
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        await().atMost(LONG).until(() -> observed(spec).failure().isPresent());

        backend.stop(spec.id(), Duration.ZERO);

        assertThat(awaitState(spec, State.ENDED).failure()).isEmpty();
    }

    @Test
    void refusesContentOfAnotherDigest() throws Exception {
        ReplicaSpec spec = order("ok");
        String model = spec.work().bundle().models().get("detector").digest();
        world.corrupt(model, RunnerWorld.bytes("something else"));
        backend.start(spec);

        Failure failure = awaitState(spec, State.ENDED).failure().orElseThrow();
        assertThat(failure.reason()).isEqualTo(Failure.Reason.ARTIFACT_CORRUPT);
        try (Stream<Path> blobs = Files.list(world.home().resolve("cache/blobs"))) {
            assertThat(blobs.filter(f -> f.endsWith(BlobCache.hex(model)))).isEmpty();
        }
        assertThat(world.home().resolve("cache/incoming")).isEmptyDirectory();
    }

    @Test
    void boundsTheProcessByTheMachine() {
        assertThat(backend.report().isolation())
                .anyMatch(line -> line.startsWith("memory: "))
                .anyMatch(line -> line.startsWith("cores: "));
    }

    private Path replicaFolder(ReplicaSpec spec) {
        return world.home().resolve("replicas").resolve(spec.id());
    }

    private ProcessHandle process(ReplicaSpec spec) {
        long pid = new ReplicaFolder(replicaFolder(spec)).readPid().orElseThrow();
        return ProcessHandle.of(pid).orElseThrow();
    }
}
