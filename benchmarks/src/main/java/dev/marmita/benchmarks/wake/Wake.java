package dev.marmita.benchmarks.wake;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.compute.ReplicaObservation;
import dev.marmita.scheduler.compute.ReplicaObservation.State;
import dev.marmita.scheduler.compute.ReplicaSpec;
import dev.marmita.scheduler.compute.StartListener.Kind;
import dev.marmita.scheduler.process.ProcessComputeBackend;
import dev.marmita.scheduler.process.ProcessSettings;
import dev.marmita.scheduler.process.ProcessSettings.Guard;
import dev.marmita.scheduler.process.ProcessSettings.Timing;
import dev.marmita.scheduler.spec.Bundle;
import dev.marmita.scheduler.spec.DeploymentSpec.Resources;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/** A backend on which one deployment is woken up again and again. */
final class Wake implements AutoCloseable {

    static final EndpointId ENDPOINT = EndpointId.of("acme", "receipts");
    static final Resources RESOURCES = new Resources(2000, 2L << 30);
    static final int CONCURRENCY = 2;

    private static final Duration LONGEST = Duration.ofMinutes(3);

    /** How one wake-up went. */
    record Result(Kind kind, double millis, Map<String, Duration> stages) {}

    private final ProcessComputeBackend backend;
    private final Bundle bundle;
    private final AtomicReference<Optional<Result>> last = new AtomicReference<>(Optional.empty());
    private int number;

    Wake(Path home, Path runnerHome, Artifacts artifacts, int warmRunners) {
        Timing usual = Timing.DEFAULT;
        ProcessSettings settings =
                new ProcessSettings(
                        home,
                        runnerHome,
                        Path.of(System.getProperty("java.home")),
                        List.of("cpu"),
                        64_000,
                        64L << 30,
                        10L << 30,
                        10 << 20,
                        true,
                        true,
                        Guard.DEFAULT,
                        warmRunners,
                        "dev.marmita.runner.RunnerMain",
                        List.of(),
                        new Timing(
                                usual.firstProbe(),
                                usual.probe(),
                                usual.probeTimeout(),
                                usual.unresponsiveAfter(),
                                usual.fetchPatience(),
                                usual.maintenance(),
                                Duration.ofMillis(500)));
        this.bundle = artifacts.bundle();
        this.backend =
                new ProcessComputeBackend(
                        settings,
                        artifacts,
                        (kind, stages) -> last.set(Optional.of(new Result(kind, 0, stages))));
        backend.open(_ -> {});
    }

    List<String> isolation() {
        return backend.report().isolation();
    }

    void awaitWaitingRunner() throws IOException, InterruptedException {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (backend.report().warmRunners() == 0) {
            if (System.nanoTime() - end > 0) {
                throw new IOException("no runner waits for work");
            }
            Thread.sleep(50);
        }
    }

    /** From the order to the first sight of a ready replica; the replica is gone afterwards. */
    Result up() throws IOException, InterruptedException {
        ReplicaSpec spec =
                new ReplicaSpec(
                        "receipts-1-x" + number++,
                        ENDPOINT,
                        1,
                        "cpu",
                        0,
                        new ReplicaSpec.Work(
                                bundle,
                                RESOURCES,
                                CONCURRENCY,
                                64 << 20,
                                Duration.ofMinutes(1),
                                Duration.ofSeconds(1),
                                new TreeMap<>()));
        last.set(Optional.empty());
        long begun = System.nanoTime();
        backend.start(spec);
        await(begun, State.READY);
        double millis = (System.nanoTime() - begun) / 1e6;
        while (last.get().isEmpty()) {
            Thread.sleep(1);
        }
        Result seen = last.get().orElseThrow();
        backend.stop(spec.id(), Duration.ofSeconds(1));
        await(System.nanoTime(), State.ENDED);
        backend.forget(spec.id());
        return new Result(seen.kind(), millis, seen.stages());
    }

    private void await(long begun, State state) throws IOException, InterruptedException {
        ReplicaObservation seen = backend.observe().getFirst();
        while (seen.state() != state) {
            if (seen.state() == State.ENDED || System.nanoTime() - begun > LONGEST.toNanos()) {
                throw new IOException("the replica is " + seen.state() + ": " + seen.failure());
            }
            Thread.sleep(1);
            seen = backend.observe().getFirst();
        }
    }

    @Override
    public void close() {
        backend.stopAll(Duration.ofSeconds(1));
        backend.close();
    }
}
