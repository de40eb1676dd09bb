package dev.marmita.scheduler.process;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.compute.ArtifactSource;
import dev.marmita.scheduler.compute.BackendReport;
import dev.marmita.scheduler.compute.ComputeBackend;
import dev.marmita.scheduler.compute.ReplicaLog;
import dev.marmita.scheduler.compute.ReplicaObservation;
import dev.marmita.scheduler.compute.ReplicaSpec;
import dev.marmita.scheduler.compute.SecretSource;
import dev.marmita.scheduler.compute.StartListener;
import dev.marmita.scheduler.process.ManagedReplica.Tools;
import dev.marmita.scheduler.process.ReplicaFolder.Order;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs replicas as child processes of this machine. Each has a folder that says all about it, and a
 * session of its own, so that it lives on when this process is killed and is found again by the next.
 */
public final class ProcessComputeBackend implements ComputeBackend {

    private static final Logger LOG = LoggerFactory.getLogger(ProcessComputeBackend.class);
    private static final Duration TRIM_EVERY = Duration.ofMinutes(5);

    private final ProcessSettings settings;
    private final Confinement confinement;
    private final Sandbox sandbox;
    private final BlobCache blobs;
    private final BundleFolders bundles;
    private final AotCache aot;
    private final WarmPool warm;
    private final Tools tools;
    private final EndedLogs endedLogs;
    private final ModelCaches modelCaches;
    private final Map<String, ManagedReplica> replicas = new ConcurrentHashMap<>();
    private volatile Consumer<EndpointId> changed = _ -> {};
    private volatile boolean closed;
    private @Nullable FileChannel lock;
    private @Nullable Thread maintenance;

    /** With nobody told of starts, and without secrets. */
    public ProcessComputeBackend(ProcessSettings settings, ArtifactSource source) {
        this(settings, source, StartListener.NONE);
    }

    /** Without secrets. */
    public ProcessComputeBackend(
            ProcessSettings settings, ArtifactSource source, StartListener starts) {
        this(settings, source, starts, SecretSource.NONE);
    }

    /**
     * @throws IllegalStateException where isolation is required and cannot be had on this machine
     */
    public ProcessComputeBackend(
            ProcessSettings settings,
            ArtifactSource source,
            StartListener starts,
            SecretSource secrets) {
        this(settings, source, starts, secrets, Sandboxes.probe(settings, replicas(settings)));
    }

    /** With a sandbox that was chosen before, and without secrets. */
    ProcessComputeBackend(
            ProcessSettings settings,
            ArtifactSource source,
            StartListener starts,
            Sandbox sandbox) {
        this(settings, source, starts, SecretSource.NONE, sandbox);
    }

    private ProcessComputeBackend(
            ProcessSettings settings,
            ArtifactSource source,
            StartListener starts,
            SecretSource secrets,
            Sandbox sandbox) {
        this.settings = settings;
        this.sandbox = sandbox;
        this.confinement =
                settings.confine()
                        ? Confinements.probe(
                                "marmita-" + Integer.toHexString(settings.home().hashCode()))
                        : new Confinement.None();
        Path cache = settings.home().resolve("cache");
        this.blobs = new BlobCache(cache, settings.cacheBytes(), source, this::digestsInUse);
        this.bundles = new BundleFolders(cache, this::digestsInUse);
        TenantGraphs graphs =
                new TenantGraphs(settings.home().resolve("optimised"), settings.cacheBytes() / 4);
        Launcher launcher = new Launcher(settings, confinement, sandbox, graphs, secrets);
        this.aot = new AotCache(settings);
        this.warm = warm(launcher);
        this.tools =
                new Tools(
                        settings,
                        new ArtifactFetcher(blobs, bundles),
                        launcher,
                        aot,
                        confinement,
                        new RunnerProbe(settings.timing().probeTimeout()),
                        warm,
                        graphs,
                        starts);
        this.modelCaches =
                new ModelCaches(settings.home().resolve("optimised"), settings.cacheBytes() / 4);
        this.endedLogs = new EndedLogs(settings.home().resolve("logs"));
    }

    private WarmPool warm(Launcher launcher) {
        RunnerHome runner = new RunnerHome(settings.runnerHome());
        return new WarmPool(
                new WarmPool.Settings(
                        settings.warmRunners(),
                        settings.timing().warmRest(),
                        size -> Room.lack(report(), size).isEmpty(),
                        aot::file,
                        runner::key),
                launcher,
                confinement,
                replicasFolder());
    }

    @Override
    public void open(Consumer<EndpointId> listener) {
        try {
            Folders.open(settings.home(), replicasFolder(), sandbox);
            lock();
            blobs.open();
            bundles.open();
            endedLogs.open();
            aot.open();
            new Adoption(confinement, this::managed, replicas).run(replicasFolder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        changed = listener;
        replicas.values().stream().map(r -> r.spec().endpoint()).distinct().forEach(listener);
        LOG.info("runs replicas below {}; in force: {}", settings.home(), inForce());
        if (!sandbox.hasWalls()) {
            LOG.warn("a hostile service can reach beyond its own: {}", sandbox.inForce());
        }
        warm.open();
        maintenance = Thread.ofVirtual().name("replica-maintenance").start(this::maintain);
    }

    private static Path replicas(ProcessSettings settings) {
        return settings.home().resolve("replicas");
    }

    private Path replicasFolder() {
        return replicas(settings);
    }

    private void lock() throws IOException {
        FileChannel file =
                FileChannel.open(
                        settings.home().resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            if (file.tryLock() != null) {
                lock = file;
                return;
            }
        } catch (OverlappingFileLockException e) {
            LOG.debug("locked by this very process", e);
        }
        file.close();
        throw new IOException("another process uses " + settings.home());
    }

    private ManagedReplica managed(Order order, ReplicaFolder folder) {
        EndpointId endpoint = order.spec().endpoint();
        return new ManagedReplica(tools, order, folder, () -> changed.accept(endpoint));
    }

    @Override
    public synchronized Start start(ReplicaSpec spec) {
        if (closed) {
            return new Start.NoCapacity("the platform is shutting down");
        }
        if (replicas.containsKey(spec.id())) {
            return new Start.Accepted();
        }
        Optional<String> lack =
                settings.nodePools().contains(spec.nodePool())
                        ? Room.lack(report(), spec.work().resources())
                        : Optional.of(
                                "this machine is no node of the pool '"
                                        + spec.nodePool()
                                        + "', only of "
                                        + settings.nodePools());
        if (lack.isPresent()) {
            return new Start.NoCapacity(lack.get());
        }
        ReplicaFolder folder = new ReplicaFolder(replicasFolder().resolve(spec.id()));
        ManagedReplica replica = managed(new Order(spec, Instant.now()), folder);
        replicas.put(spec.id(), replica);
        replica.begin();
        return new Start.Accepted();
    }

    @Override
    public void stop(String replica, Duration grace) {
        ManagedReplica managed = replicas.get(replica);
        if (managed != null) {
            managed.stop(grace);
        }
    }

    @Override
    public void forget(String replica) {
        ManagedReplica managed = replicas.get(replica);
        if (managed == null || managed.seen().lives()) {
            return;
        }
        try {
            endedLogs.keep(managed.spec().endpoint(), replica, managed.folder().log());
            Trees.delete(managed.folder().path());
            replicas.remove(replica);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What ended in order leaves no folder that the next start would wonder about. */
    private void forgetQuietly(String replica) {
        try {
            forget(replica);
        } catch (UncheckedIOException e) {
            LOG.warn("cannot clear away {}: {}", replica, e.toString());
        }
    }

    @Override
    public List<ReplicaObservation> observe() {
        return replicas.values().stream().map(ManagedReplica::seen).toList();
    }

    @Override
    public List<ReplicaObservation> observe(EndpointId endpoint) {
        return replicas.values().stream()
                .filter(replica -> replica.spec().endpoint().equals(endpoint))
                .map(ManagedReplica::seen)
                .toList();
    }

    @Override
    public List<ReplicaLog> logs(EndpointId endpoint, int lines) {
        List<ReplicaLog> logs = new ArrayList<>(endedLogs.tails(endpoint, lines));
        replicas.values().stream()
                .filter(replica -> replica.spec().endpoint().equals(endpoint))
                .sorted(Comparator.comparing(replica -> replica.seen().createdAt()))
                .map(r -> new ReplicaLog(r.spec().id(), r.folder().log().tail(lines)))
                .forEach(logs::add);
        return List.copyOf(logs);
    }

    @Override
    public BackendReport report() {
        int cpu = 0;
        long memory = 0;
        for (ReplicaObservation replica : observe()) {
            if (replica.lives()) {
                cpu += replica.work().resources().cpuMillis();
                memory += replica.work().resources().memoryBytes();
            }
        }
        return new BackendReport(
                settings.cpuMillis(),
                settings.memoryBytes(),
                cpu,
                memory,
                warm.waiting(),
                inForce());
    }

    private List<String> inForce() {
        List<String> all = new ArrayList<>(confinement.inForce());
        all.addAll(sandbox.inForce());
        return all;
    }

    private Set<String> digestsInUse() {
        Set<String> digests = new HashSet<>();
        for (ReplicaObservation replica : observe()) {
            if (replica.lives()) {
                digests.addAll(ArtifactFetcher.digests(replica.work().bundle()));
            }
        }
        return digests;
    }

    private void maintain() {
        long trimmedAt = System.nanoTime() - TRIM_EVERY.toNanos();
        try {
            while (!closed) {
                Thread.sleep(settings.timing().maintenance());
                if (System.nanoTime() - trimmedAt > TRIM_EVERY.toNanos()) {
                    trimmedAt = System.nanoTime();
                    modelCaches.trim();
                }
                for (ManagedReplica replica : replicas.values()) {
                    try {
                        replica.folder().log().rotate(settings.logBytes());
                    } catch (IOException e) {
                        LOG.warn(
                                "cannot rotate the log of {}: {}",
                                replica.spec().id(),
                                e.toString());
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void stopAll(Duration grace) {
        synchronized (this) {
            closed = true;
        }
        warm.close();
        replicas.values().forEach(replica -> replica.stop(grace));
        try {
            long end = System.nanoTime() + grace.plusSeconds(15).toNanos();
            for (ManagedReplica replica : replicas.values()) {
                replica.awaitEnd(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        warm.close();
        Thread running = maintenance;
        if (running != null) {
            running.interrupt();
        }
        aot.close();
        List.copyOf(replicas.keySet()).forEach(this::forgetQuietly);
        replicas.values().forEach(ManagedReplica::leave);
        FileChannel held = lock;
        if (held != null) {
            lock = null;
            try {
                held.close();
            } catch (IOException e) {
                LOG.warn("cannot free {}: {}", settings.home(), e.toString());
            }
        }
    }
}
