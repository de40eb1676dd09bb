package dev.marmita.scheduler.process;

import dev.marmita.scheduler.process.ReplicaFolder.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the replicas that a former process left, and clears away what is nobody's. */
final class Adoption {

    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Confinement confinement;
    private final BiFunction<Order, ReplicaFolder, ManagedReplica> managed;
    private final Map<String, ManagedReplica> replicas;

    /**
     * @param replicas gets what is found
     */
    Adoption(
            Confinement confinement,
            BiFunction<Order, ReplicaFolder, ManagedReplica> managed,
            Map<String, ManagedReplica> replicas) {
        this.confinement = confinement;
        this.managed = managed;
        this.replicas = replicas;
    }

    /** Returns when it is known who serves, or after a while. */
    void run(Path folder) throws IOException {
        List<CompletableFuture<Boolean>> verdicts = new ArrayList<>();
        try (Stream<Path> folders = Files.list(folder)) {
            for (Path path : (Iterable<Path>) folders::iterator) {
                adopt(new ReplicaFolder(path)).ifPresent(verdicts::add);
            }
        }
        try {
            CompletableFuture.allOf(verdicts.toArray(CompletableFuture[]::new))
                    .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("some replicas from before do not answer yet");
        }
    }

    private Optional<CompletableFuture<Boolean>> adopt(ReplicaFolder folder) throws IOException {
        Optional<Order> order = folder.order();
        Optional<RunnerProcess> process = RunnerProcess.find(folder);
        if (order.isEmpty()) {
            clear(folder, process);
            return Optional.empty();
        }
        ManagedReplica replica = managed.apply(order.get(), folder);
        replicas.put(replica.spec().id(), replica);
        if (process.isPresent()) {
            LOG.info("found replica {} alive", replica.spec().id());
            return Optional.of(replica.adopt(process.get()));
        }
        replica.lost();
        return Optional.empty();
    }

    /** Of a folder that is broken, or of a runner that waited for work. */
    private void clear(ReplicaFolder folder, Optional<RunnerProcess> process) throws IOException {
        if (process.isPresent()) {
            LOG.warn("stops the unknown runner of {}", folder.path());
            try {
                process.get().kill();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        confinement.remove(folder.name());
        RunnerProcess.sweep(folder);
        Trees.delete(folder.path());
    }
}
