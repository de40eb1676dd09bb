package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.compute.BackendReport;
import dev.marmita.scheduler.compute.ComputeBackend;
import dev.marmita.scheduler.compute.Failure;
import dev.marmita.scheduler.compute.ReplicaLog;
import dev.marmita.scheduler.compute.ReplicaObservation;
import dev.marmita.scheduler.compute.ReplicaObservation.State;
import dev.marmita.scheduler.compute.ReplicaSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** Runs nothing: a test says what becomes of replicas, or it is as told for all. */
final class FakeBackend implements ComputeBackend {

    private final Map<String, ReplicaObservation> replicas = new ConcurrentHashMap<>();
    private final AtomicInteger ports = new AtomicInteger(10_000);
    private volatile Consumer<EndpointId> changed = _ -> {};

    /** What becomes of a new replica; empty: it is ready at once. */
    volatile Function<ReplicaSpec, Optional<Failure>> fate = _ -> Optional.empty();

    /** Replicas stay in STARTING until {@link #ready}. */
    volatile boolean slow;

    volatile int capacity = Integer.MAX_VALUE;
    final AtomicInteger starts = new AtomicInteger();

    /** Unfinished tasks by replica. */
    private final Map<String, Integer> tasks = new ConcurrentHashMap<>();

    /** Replicas that are told to stop stay until {@link #finish}. */
    volatile boolean drains;

    @Override
    public void open(Consumer<EndpointId> listener) {
        changed = listener;
    }

    @Override
    public Start start(ReplicaSpec spec) {
        if (observe().stream().filter(ReplicaObservation::lives).count() >= capacity) {
            return new Start.NoCapacity("the machine is full");
        }
        starts.incrementAndGet();
        Optional<Failure> failure = fate.apply(spec);
        put(spec, failure.isPresent() ? State.ENDED : slow ? State.STARTING : State.READY, failure);
        return new Start.Accepted();
    }

    void ready(String id) {
        put(replicas.get(id).spec(), State.READY, Optional.empty());
    }

    void fail(String id, Failure failure) {
        put(replicas.get(id).spec(), State.ENDED, Optional.of(failure));
    }

    void holds(String id, int count) {
        tasks.put(id, count);
        put(replicas.get(id).spec(), State.READY, Optional.empty());
    }

    void finish(String id) {
        put(replicas.get(id).spec(), State.ENDED, Optional.empty());
    }

    private void put(ReplicaSpec spec, State state, Optional<Failure> failure) {
        Instant now = Instant.now();
        ReplicaObservation before = replicas.get(spec.id());
        replicas.put(
                spec.id(),
                new ReplicaObservation(
                        spec,
                        state,
                        "127.0.0.1",
                        before != null && before.port() != 0
                                ? before.port()
                                : ports.incrementAndGet(),
                        before == null ? now : before.createdAt(),
                        before == null ? Optional.of(now) : before.startedAt(),
                        state == State.READY
                                ? Optional.of(now)
                                : before == null ? Optional.empty() : before.readyAt(),
                        state == State.ENDED ? Optional.of(now) : Optional.empty(),
                        state == State.ENDED ? 0 : tasks.getOrDefault(spec.id(), 0),
                        failure));
        Thread.ofVirtual().start(() -> changed.accept(spec.endpoint()));
    }

    @Override
    public void stop(String replica, Duration grace) {
        ReplicaObservation known = replicas.get(replica);
        if (known != null && known.lives()) {
            put(known.spec(), drains ? State.STOPPING : State.ENDED, Optional.empty());
        }
    }

    @Override
    public void forget(String replica) {
        replicas.computeIfPresent(replica, (_, known) -> known.lives() ? known : null);
    }

    @Override
    public List<ReplicaObservation> observe() {
        return List.copyOf(replicas.values());
    }

    @Override
    public List<ReplicaObservation> observe(EndpointId endpoint) {
        return observe().stream().filter(r -> r.spec().endpoint().equals(endpoint)).toList();
    }

    @Override
    public List<ReplicaLog> logs(EndpointId endpoint, int lines) {
        return observe(endpoint).stream()
                .map(r -> new ReplicaLog(r.id(), List.of("hello from " + r.id())))
                .toList();
    }

    @Override
    public BackendReport report() {
        return new BackendReport(0, 0, 0, 0, 0, List.of());
    }

    @Override
    public void stopAll(Duration grace) {
        replicas.keySet().forEach(id -> stop(id, grace));
    }

    @Override
    public void close() {}
}
