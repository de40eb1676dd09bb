package dev.marmita.scheduler.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.compute.ComputeBackend.Start;
import dev.marmita.scheduler.compute.ReplicaObservation.State;
import dev.marmita.scheduler.process.RunnerWorld;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every backend has to do. Its runners behave as {@code FakeRunner} is told to. */
public abstract class ComputeBackendContract {

    protected static final Duration LONG = Duration.ofSeconds(30);

    protected final Queue<EndpointId> changes = new ConcurrentLinkedQueue<>();
    protected ComputeBackend backend;

    protected abstract ComputeBackend create() throws Exception;

    /** An order for a new replica of {@link RunnerWorld#ENDPOINT}. */
    protected abstract ReplicaSpec order(String behaviour);

    protected abstract ReplicaSpec orderOf(long memoryBytes);

    @BeforeEach
    void open() throws Exception {
        backend = create();
        backend.open(changes::add);
    }

    @AfterEach
    void close() {
        backend.stopAll(Duration.ZERO);
        backend.close();
    }

    @Test
    void startsAReplicaThatServes() throws Exception {
        ReplicaSpec spec = order("ok");

        assertThat(backend.start(spec)).isInstanceOf(Start.Accepted.class);

        ReplicaObservation ready = awaitState(spec, State.READY);
        assertThat(ready.spec()).isEqualTo(spec);
        assertThat(ready.startedAt()).isPresent();
        assertThat(ready.readyAt()).isPresent();
        assertThat(ready.failure()).isEmpty();
        assertThat(RunnerWorld.get(ready.port(), "/").body()).startsWith(spec.id());
        assertThat(changes).contains(spec.endpoint());
        assertThat(backend.observe(EndpointId.of("acme", "other"))).isEmpty();
    }

    @Test
    void takesAnOrderOnce() {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        assertThat(backend.start(spec)).isInstanceOf(Start.Accepted.class);

        awaitState(spec, State.READY);
        assertThat(backend.observe()).hasSize(1);
    }

    @Test
    void isNotReadyBeforeTheRunnerIs() {
        ReplicaSpec spec = order("hang");
        backend.start(spec);

        awaitState(spec, State.STARTING);
        await().during(Duration.ofMillis(500))
                .atMost(LONG)
                .until(() -> observed(spec).state() == State.STARTING);
    }

    @Test
    void stopsAReplicaWithoutBlame() {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        awaitState(spec, State.READY);

        backend.stop(spec.id(), Duration.ofSeconds(5));
        backend.stop(spec.id(), Duration.ofSeconds(5));

        ReplicaObservation ended = awaitState(spec, State.ENDED);
        assertThat(ended.failure()).isEmpty();
        assertThat(ended.endedAt()).isPresent();
    }

    @Test
    void letsAcceptedRequestsFinish() throws Exception {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        int port = awaitState(spec, State.READY).port();
        var answer =
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return RunnerWorld.get(port, "/slow").statusCode();
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });
        await().pollDelay(Duration.ofMillis(300)).until(() -> true);

        backend.stop(spec.id(), Duration.ofSeconds(5));

        assertThat(answer.get()).isEqualTo(200);
        awaitState(spec, State.ENDED);
    }

    @Test
    void endsByForceWhatDoesNotEndInTime() throws Exception {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        int port = awaitState(spec, State.READY).port();
        Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                RunnerWorld.get(port, "/mute");
                            } catch (Exception expected) {
                                Thread.yield();
                            }
                        });
        await().pollDelay(Duration.ofMillis(200)).until(() -> true);

        backend.stop(spec.id(), Duration.ZERO);

        assertThat(awaitState(spec, State.ENDED).failure()).isEmpty();
    }

    @Test
    void tellsWhyAReplicaEndedByItself() {
        ReplicaSpec spec = order("exit");
        backend.start(spec);

        Failure failure = awaitState(spec, State.ENDED).failure().orElseThrow();
        assertThat(failure.reason()).isEqualTo(Failure.Reason.EXITED);
        assertThat(failure.message()).contains("exit code 1").contains("cannot go on");
    }

    @Test
    void passesOnWhatTheRunnerSaysOfItsBundleAndModels() {
        ReplicaSpec bundle = order("bundle");
        ReplicaSpec model = order("model");
        backend.start(bundle);
        backend.start(model);

        assertThat(awaitState(bundle, State.ENDED).failure().orElseThrow())
                .satisfies(f -> assertThat(f.reason()).isEqualTo(Failure.Reason.BUNDLE_INVALID))
                .satisfies(f -> assertThat(f.message()).startsWith("no such class"));
        assertThat(awaitState(model, State.ENDED).failure().orElseThrow().reason())
                .isEqualTo(Failure.Reason.MODEL_INVALID);
    }

    @Test
    void noticesThatAReplicaCannotServeForAWhile() throws Exception {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        int port = awaitState(spec, State.READY).port();

        RunnerWorld.get(port, "/unready");
        awaitState(spec, State.UNREADY);
        RunnerWorld.get(port, "/ready");
        awaitState(spec, State.READY);
    }

    @Test
    void refusesWhatThereIsNoRoomFor() {
        ReplicaSpec large = orderOf(1L << 50);

        assertThat(backend.start(large))
                .isInstanceOfSatisfying(
                        Start.NoCapacity.class,
                        refused ->
                                assertThat(refused.message()).contains("memory").contains("free"));
        assertThat(backend.observe()).isEmpty();
    }

    @Test
    void keepsLogsOverTheEnd() {
        ReplicaSpec spec = order("exit");
        backend.start(spec);
        awaitState(spec, State.ENDED);
        assertThat(backend.logs(spec.endpoint(), 100)).hasSize(1);

        backend.forget(spec.id());

        assertThat(backend.observe()).isEmpty();
        assertThat(backend.logs(spec.endpoint(), 1))
                .containsExactly(new ReplicaLog(spec.id(), List.of("cannot go on")));
    }

    @Test
    void doesNotForgetTheLiving() {
        ReplicaSpec spec = order("ok");
        backend.start(spec);
        awaitState(spec, State.READY);

        backend.forget(spec.id());

        assertThat(observed(spec).state()).isEqualTo(State.READY);
    }

    @Test
    void countsWhatItPromised() {
        ReplicaSpec spec = order("ok");
        backend.start(spec);

        assertThat(backend.report().usedMemoryBytes())
                .isEqualTo(spec.work().resources().memoryBytes());
        assertThat(backend.report().usedCpuMillis()).isEqualTo(spec.work().resources().cpuMillis());
        backend.stop(spec.id(), Duration.ZERO);
        awaitState(spec, State.ENDED);
        assertThat(backend.report().usedMemoryBytes()).isZero();
    }

    @Test
    void stopsAllAndTakesNothingMore() {
        ReplicaSpec first = order("ok");
        ReplicaSpec second = order("ok");
        backend.start(first);
        backend.start(second);
        awaitState(first, State.READY);

        backend.stopAll(Duration.ofSeconds(5));

        assertThat(backend.observe()).allMatch(replica -> replica.state() == State.ENDED);
        assertThat(backend.start(order("ok"))).isInstanceOf(Start.NoCapacity.class);
    }

    @Test
    void doesNotMindUnknownReplicas() {
        backend.stop("nobody", Duration.ZERO);
        backend.forget("nobody");
        assertThat(backend.logs(EndpointId.of("acme", "none"), 10)).isEmpty();
    }

    protected ReplicaObservation observed(ReplicaSpec spec) {
        return backend.observe(spec.endpoint()).stream()
                .filter(replica -> replica.id().equals(spec.id()))
                .findFirst()
                .orElseThrow();
    }

    protected ReplicaObservation awaitState(ReplicaSpec spec, State state) {
        await().pollInterval(Duration.ofMillis(10))
                .atMost(LONG)
                .untilAsserted(() -> assertThat(observed(spec).state()).isEqualTo(state));
        return observed(spec);
    }

    protected static Map<String, String> behaviour(String behaviour) {
        return Map.of("BEHAVIOUR", behaviour);
    }
}
