package dev.marmita.scheduler.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.compute.ReplicaObservation.State;
import dev.marmita.scheduler.compute.ReplicaSpec;
import dev.marmita.scheduler.compute.StartListener;
import dev.marmita.scheduler.process.ProcessSettings.Guard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hostile service against the rest of the machine. What this machine cannot do is skipped, and says so. */
class IsolationTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir Path folder;
    private RunnerWorld world;
    private ProcessComputeBackend backend;

    @BeforeEach
    void letOthersPass() throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        world = new RunnerWorld(folder);
    }

    @AfterEach
    void close() {
        if (backend != null) {
            backend.stopAll(Duration.ZERO);
            backend.close();
        }
    }

    private Path replicas() {
        return world.home().resolve("replicas");
    }

    /** Skips where this machine has no walls. */
    private void behindWalls() {
        Sandbox sandbox = Sandboxes.probe(world.settings(), replicas());
        assumeThat(sandbox.hasWalls())
                .as("NOT TESTED: this machine cannot wall runners in: %s", sandbox.inForce())
                .isTrue();
        open(sandbox);
    }

    /** Skips where this is not root. */
    private void asAnotherUser() {
        Sandbox sandbox = Sandboxes.probe(world.settings(), replicas(), Optional.empty());
        assumeThat(sandbox.needsPassage())
                .as("NOT TESTED: runners cannot be other users here: %s", sandbox.inForce())
                .isTrue();
        open(sandbox);
    }

    private void open(Sandbox sandbox) {
        backend = new ProcessComputeBackend(world.settings(), world, StartListener.NONE, sandbox);
        backend.open(_ -> {});
    }

    private int started(ReplicaSpec spec) {
        backend.start(spec);
        await().atMost(LONG)
                .until(
                        () ->
                                backend.observe(spec.endpoint()).stream()
                                        .anyMatch(
                                                seen ->
                                                        seen.id().equals(spec.id())
                                                                && seen.state() == State.READY));
        return backend.observe(spec.endpoint()).stream()
                .filter(seen -> seen.id().equals(spec.id()))
                .findFirst()
                .orElseThrow()
                .port();
    }

    private ReplicaSpec neighbour() {
        ReplicaSpec mine = world.replica("ok");
        return new ReplicaSpec(
                "theirs-1-x1", EndpointId.of("globex", "theirs"), 1, "cpu", 0, mine.work());
    }

    private static String tried(int port, String what, Object target) throws Exception {
        return RunnerWorld.get(port, "/" + what + "?" + target).body();
    }

    @Test
    void aWalledRunnerReadsNothingButItsOwn() throws Exception {
        behindWalls();
        int port = started(world.replica("ok"));
        readsNothingOfOthers(port);
        // Even what every user may read.
        Path open = Files.writeString(folder.resolve("open.txt"), "for all");
        assertThat(tried(port, "read", open)).startsWith("denied");
        assertThat(tried(port, "read", "/etc/passwd")).startsWith("denied");
    }

    @Test
    void aRunnerOfAnotherUserReadsNothingButItsOwn() throws Exception {
        asAnotherUser();
        int port = started(world.replica("ok"));
        readsNothingOfOthers(port);
    }

    private void readsNothingOfOthers(int port) throws Exception {
        started(neighbour());
        ReplicaFolder theirs = new ReplicaFolder(replicas().resolve("theirs-1-x1"));
        Path secret = Files.writeString(world.home().resolve("token"), "a secret");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        for (Path target :
                new Path[] {
                    secret,
                    theirs.launch(),
                    theirs.path().resolve("replica.json"),
                    theirs.log().file(),
                    aBlob(),
                    theirs.in().resolve("bundle/service.yaml")
                }) {
            assertThat(target).exists();
            assertThat(tried(port, "read", target)).as("%s", target).startsWith("denied");
        }
        String mine =
                Files.readString(
                        Path.of("/proc", Long.toString(ProcessHandle.current().pid()), "cmdline"));
        assertThat(tried(port, "read", "/proc/" + ProcessHandle.current().pid() + "/environ"))
                .satisfiesAnyOf(
                        text -> assertThat(text).startsWith("denied"),
                        // A process of its own may have that number.
                        text -> assertThat(text).doesNotContain(mine));
    }

    private Path aBlob() throws IOException {
        try (Stream<Path> blobs = Files.list(world.home().resolve("cache/blobs"))) {
            return blobs.findFirst().orElseThrow();
        }
    }

    @Test
    void aWalledRunnerWritesNowhereButToItsOwn() throws Exception {
        behindWalls();
        writesOnlyToItsOwn();
        assertThat(Files.exists(Path.of("/usr/marmita-was-here"))).isFalse();
    }

    @Test
    void aRunnerOfAnotherUserWritesNowhereButToItsOwn() throws Exception {
        asAnotherUser();
        writesOnlyToItsOwn();
    }

    private void writesOnlyToItsOwn() throws Exception {
        ReplicaSpec spec = world.replica("ok");
        int port = started(spec);
        ReplicaFolder own = new ReplicaFolder(replicas().resolve(spec.id()));
        Path model;
        try (Stream<Path> models = Files.list(own.in().resolve("models"))) {
            model = models.findFirst().orElseThrow();
        }
        for (Path target :
                List.of(
                        model,
                        own.launch(),
                        own.in().resolve("bundle/service.yaml"),
                        Path.of("/usr/marmita-was-here"),
                        Path.of("/etc/marmita-was-here"))) {
            assertThat(tried(port, "write", target)).as("%s", target).startsWith("denied");
        }
        for (Path target :
                List.of(
                        own.path().resolve("replica.json"),
                        own.path().resolve("pid"),
                        world.home().resolve("new"),
                        replicas().resolve("new"),
                        folder.resolve("new"))) {
            String before = Files.exists(target) ? Files.readString(target) : "nothing";
            // Behind walls it may get something of that name, which nobody else sees.
            tried(port, "write", target);
            assertThat(Files.exists(target) ? Files.readString(target) : "nothing")
                    .as("%s", target)
                    .isEqualTo(before);
        }
        assertThat(model).hasContent("a model");
        assertThat(tried(port, "write", own.scratch().resolve("mine"))).startsWith("done");
        assertThat(tried(port, "read", model)).isEqualTo("done: a model");
        assertThat(tried(port, "read", own.in().resolve("bundle/service.yaml")))
                .isEqualTo("done: name: documents");
    }

    @Test
    void aWalledRunnerTouchesNoOtherProcess() throws Exception {
        behindWalls();
        int port = started(world.replica("ok"));
        touchesNoOtherProcess(port);
        assertThat(tried(port, "processes", "")).isEqualTo("done: 1");
    }

    @Test
    void aRunnerOfAnotherUserTouchesNoOtherProcess() throws Exception {
        asAnotherUser();
        touchesNoOtherProcess(started(world.replica("ok")));
    }

    private void touchesNoOtherProcess(int port) throws Exception {
        started(neighbour());
        long neighbour =
                new ReplicaFolder(replicas().resolve("theirs-1-x1")).readPid().orElseThrow();
        Process victim = new ProcessBuilder("/bin/sleep", "60").start();
        try {
            assertThat(tried(port, "kill", victim.pid())).startsWith("denied");
            assertThat(tried(port, "kill", neighbour)).startsWith("denied");
            assertThat(victim.isAlive()).isTrue();
            assertThat(ProcessHandle.of(neighbour)).isPresent();
        } finally {
            victim.destroyForcibly();
        }
    }

    @Test
    void givesEveryRunnerAUserOfItsOwnWherePossible() throws Exception {
        asAnotherUser();
        ReplicaSpec first = world.replica("ok");
        started(first);
        started(neighbour());

        int one = new ReplicaFolder(replicas().resolve(first.id())).user().orElseThrow();
        int other = new ReplicaFolder(replicas().resolve("theirs-1-x1")).user().orElseThrow();

        assertThat(one)
                .isNotEqualTo(other)
                .isBetween(Guard.DEFAULT.firstUser(), Guard.DEFAULT.lastUser());
        long pid = new ReplicaFolder(replicas().resolve(first.id())).readPid().orElseThrow();
        assertThat(Files.readString(Path.of("/proc/" + pid + "/status")))
                .containsPattern("Uid:\\s+" + one + "\\s+" + one)
                .containsPattern("NoNewPrivs:\\s+1")
                .containsPattern("CapBnd:\\s+0000000000000000");
    }

    @Test
    void readsNoLinkThatARunnerLeftForThePlatform() throws Exception {
        ReplicaFolder own = new ReplicaFolder(folder.resolve("own"));
        own.create();
        Path secret =
                Files.writeString(
                        folder.resolve("secret"),
                        "{\"reason\":\"StartFailed\",\"message\":\"a secret\"}");

        Files.createSymbolicLink(own.failureFile(), secret);
        assertThat(own.failure()).isEmpty();

        Files.delete(own.failureFile());
        Files.copy(secret, own.failureFile());
        assertThat(own.failure().orElseThrow().message()).isEqualTo("a secret");
    }

    @Test
    void refusesToStartWhereIsolationIsRequiredAndNotToBeHad() {
        assertThatThrownBy(
                        () ->
                                Sandboxes.probe(
                                        world.guarded(Guard.Mode.REQUIRED),
                                        replicas(),
                                        Optional.empty()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("isolation=required")
                .hasMessageContaining("there is no bubblewrap")
                .hasMessageContaining("Install bubblewrap");
    }

    @Test
    void saysThatABubblewrapDoesNotWork() throws IOException {
        Path broken = Files.writeString(folder.resolve("bwrap"), "#!/bin/sh\necho no >&2; exit 1");
        Files.setPosixFilePermissions(broken, PosixFilePermissions.fromString("rwxr-xr-x"));

        Sandbox sandbox = Sandboxes.probe(world.settings(), replicas(), Optional.of(broken));

        assertThat(sandbox.hasWalls()).isFalse();
        assertThat(sandbox.inForce().getFirst()).contains("bubblewrap does not work: no");
        assertThat(replicas()).isEmptyDirectory();
    }

    @Test
    void isolatesNothingWhereThatIsWanted() {
        Sandbox sandbox = Sandboxes.probe(world.guarded(Guard.Mode.OFF), replicas());

        assertThat(sandbox.hasWalls()).isFalse();
        assertThat(sandbox.inForce().getFirst()).contains("marmita.scheduler.isolation is off");
    }
}
