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
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A backend on which one deployment is woken up again and again. */
final class Wake implements AutoCloseable {

    static final EndpointId ENDPOINT = EndpointId.of("acme", "receipts");
    static final Resources RESOURCES = new Resources(2000, 2L << 30);
    static final int CONCURRENCY = 2;

    private static final Duration LONGEST = Duration.ofMinutes(3);

    private static final Pattern OWN =
            Pattern.compile("\"startMillis\":\\{\"main\":([0-9]+),.*\"models\":([0-9]+),");

    /**
     * How one wake-up went.
     *
     * @param sessionsMillis how long it took this runner to open its sessions, beside all else
     */
    record Result(Kind kind, double millis, double sessionsMillis, Map<String, Duration> stages) {}

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
                        // A control group has one share of a machine that others use as well; the
                        // sessions that are opened for comparison would have more.
                        false,
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
                        (kind, stages) -> last.set(Optional.of(new Result(kind, 0, 0, stages))));
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
        double sessions = sessionsMillis(spec.id());
        backend.stop(spec.id(), Duration.ofSeconds(1));
        await(System.nanoTime(), State.ENDED);
        backend.forget(spec.id());
        return new Result(seen.kind(), millis, sessions, seen.stages());
    }

    /** From what the runner writes just after it is ready. */
    private double sessionsMillis(String replica) throws IOException, InterruptedException {
        for (int i = 0; i < 500; i++) {
            OptionalDouble said =
                    backend.logs(ENDPOINT, 50).stream()
                            .filter(log -> log.replica().equals(replica))
                            .flatMap(log -> log.lines().stream())
                            .map(OWN::matcher)
                            .filter(Matcher::find)
                            .mapToDouble(
                                    found ->
                                            Long.parseLong(found.group(2))
                                                    - Long.parseLong(found.group(1)))
                            .findFirst();
            if (said.isPresent()) {
                return said.getAsDouble();
            }
            Thread.sleep(10);
        }
        throw new IOException("the runner does not say how it started");
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
