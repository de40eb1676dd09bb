package dev.marmita.scheduler.process;

import dev.marmita.scheduler.process.ArtifactFetcher.Fetched;
import dev.marmita.scheduler.process.ManagedReplica.Tools;
import dev.marmita.scheduler.process.ReplicaFolder.Order;
import dev.marmita.scheduler.process.WarmPool.Standby;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How a replica comes to its process: by one that waited, else by one of its own. */
final class Beginning {

    private static final Logger LOG = LoggerFactory.getLogger(Beginning.class);

    /** The replica that begins. */
    interface Self extends Fetching.Waiter {
        /** Told which folder it has. */
        void placed(ReplicaFolder place);
    }

    /** What became of it. */
    record Begun(RunnerProcess process, StartClock clock) {}

    private final Tools tools;
    private final Order order;
    private final Self self;
    private final StartClock clock = new StartClock();

    Beginning(Tools tools, Order order, Self self) {
        this.tools = tools;
        this.order = order;
        this.self = self;
    }

    /**
     * @param own the folder where no runner waits
     * @return empty where the replica was told to stop meanwhile
     */
    Optional<Begun> begin(ReplicaFolder own)
            throws IOException, ReplicaException, InterruptedException {
        Optional<Standby> standby = tools.warm().claim(order.spec().work().resources());
        boolean taken = false;
        try {
            ReplicaFolder folder = standby.map(Standby::folder).orElse(own);
            if (standby.isEmpty()) {
                tools.launcher().prepare(folder);
            }
            self.placed(folder);
            folder.writeOrder(order);
            Optional<Fetched> fetched = fetched();
            if (fetched.isEmpty()) {
                return Optional.empty();
            }
            clock.reached("fetch");
            RunnerProcess process = process(standby, folder, fetched.get());
            clock.reached("launch");
            taken = true;
            return Optional.of(new Begun(process, clock));
        } finally {
            if (!taken && standby.isPresent()) {
                standby.get().process().kill();
            }
        }
    }

    private Optional<Fetched> fetched() throws ReplicaException, InterruptedException {
        Duration patience = tools.settings().timing().fetchPatience();
        return new Fetching(tools.artifacts(), patience, self).fetch(order.spec().work().bundle());
    }

    private RunnerProcess process(Optional<Standby> standby, ReplicaFolder folder, Fetched fetched)
            throws ReplicaException, InterruptedException {
        if (standby.isPresent()) {
            RunnerProcess waiting = standby.get().process();
            try {
                folder.writeClaimed(Instant.now());
                tools.launcher().claim(order.spec(), folder, fetched, waiting);
                clock.warm();
                return waiting;
            } catch (IOException e) {
                LOG.warn("a waiting runner could not take its work: {}", e.toString());
                waiting.kill();
            }
        }
        return tools.launcher().launch(order.spec(), folder, fetched, tools.aot().file());
    }
}
