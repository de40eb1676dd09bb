package dev.marmita.gateway;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.RouteTable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A gateway's parts, put together. */
final class RunningGateway implements Gateway, EndpointQueue.Events {

    private static final Logger LOG = LoggerFactory.getLogger(RunningGateway.class);
    private static final Duration START = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(10);
    private static final int FREE_PORT_TRIES = 5;
    private static final long RECHECK_MILLIS = 1_000;
    private static final long CERTIFICATE_MILLIS = 5_000;

    private final GatewaySettings settings;
    private final GatewayMeters meters;
    private final Directory directory;
    private final DemandReporter reporter;
    private final @Nullable SnapshotKeeper keeper;
    private final RouteFollower follower;
    private final Vertx vertx;
    private final Services services;
    private final OwnPages pages;
    private final List<FrontVerticle> fronts = new ArrayList<>();
    private final AtomicBoolean draining = new AtomicBoolean();
    private RouteSource.@Nullable Subscription subscription;
    private int port;

    private RunningGateway(GatewaySettings settings, GatewayPorts ports) {
        this.settings = settings;
        RandomGenerator random = new SharedRandom();
        meters = new GatewayMeters(ports.meters(), System::nanoTime);
        directory = new Directory(this, random, meters::added, meters::removed);
        reporter = new DemandReporter(ports.demand(), directory::endpoints, System::nanoTime);
        Path file = settings.snapshot();
        SnapshotFile snapshot = file == null ? null : new SnapshotFile(file);
        keeper = snapshot == null ? null : new SnapshotKeeper(snapshot);
        follower = new RouteFollower(directory, this::inForce, System::nanoTime);
        if (snapshot != null) {
            snapshot.read().ifPresent(follower::restore);
        }
        BufferBudget budget = new BufferBudget(settings.bounds().maxBufferedBytes());
        AtomicInteger connections = new AtomicInteger();
        meters.gauge("connections", connections::get);
        meters.gauge("buffered.bytes", budget::used);
        meters.gauge("table.version", directory::version);
        Gatekeeper gatekeeper = new Gatekeeper(directory, ports.credentials(), ports.clock());
        services =
                new Services(
                        settings,
                        directory,
                        gatekeeper,
                        new ForwardedHeaders(gatekeeper, settings.trustForwarded()),
                        new RetryPolicy(settings.bounds().maxAttempts()),
                        budget,
                        books(ports.accessLog()),
                        ports.clock(),
                        System::nanoTime);
        vertx =
                Vertx.builder()
                        .with(
                                new VertxOptions()
                                        .setEventLoopPoolSize(settings.eventLoops())
                                        .setWorkerPoolSize(1)
                                        .setInternalBlockingPoolSize(1))
                        .withTransport(
                                new GuardedTransport(
                                        () -> new ConnectionGuard(connections, settings)))
                        .build();
        pages = new OwnPages(this::ready, ports.metricsPage());
    }

    static Gateway start(GatewaySettings settings, GatewayPorts ports) {
        RunningGateway gateway = new RunningGateway(settings, ports);
        try {
            gateway.start(ports.routes());
            return gateway;
        } catch (RuntimeException e) {
            gateway.close();
            throw e;
        }
    }

    private void start(RouteSource routes) {
        if (keeper != null) {
            keeper.start();
        }
        reporter.start();
        subscription = routes.subscribe(follower);
        CertificateFiles files =
                settings.tls() == null ? null : new CertificateFiles(settings.tls());
        port = listen(files == null ? Optional.empty() : certificate(files));
        if (files != null) {
            vertx.setPeriodic(CERTIFICATE_MILLIS, tick -> renew(files));
        }
        vertx.setPeriodic(RECHECK_MILLIS, tick -> follower.recheck());
        LOG.info("gateway listens on {}:{}", settings.host(), port);
    }

    private static Optional<ServerSSLOptions> certificate(CertificateFiles files) {
        try {
            return files.changed();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is no good is said once, and the old certificate stays. */
    private void renew(CertificateFiles files) {
        vertx.executeBlocking(files::changed)
                .compose(
                        changed ->
                                changed.isEmpty()
                                        ? Future.succeededFuture(false)
                                        : Future.join(
                                                        fronts.stream()
                                                                .map(
                                                                        front ->
                                                                                front.renew(
                                                                                        changed
                                                                                                .get()))
                                                                .toList())
                                                .map(true))
                .onComplete(
                        done -> {
                            if (done.failed()) {
                                LOG.warn(
                                        "the certificate that changed is not used: {}",
                                        done.cause().toString());
                            } else if (done.result()) {
                                LOG.info("new connections get the certificate that changed");
                            }
                        });
    }

    /** Vert.x lets event loops share only a port that is known before, so a free one is looked for. */
    private int listen(Optional<ServerSSLOptions> tls) {
        int tries = settings.port() == 0 ? FREE_PORT_TRIES : 1;
        while (true) {
            try {
                int candidate = settings.port() == 0 ? freePort() : settings.port();
                listen(candidate, tls);
                return candidate;
            } catch (Exception e) {
                if (--tries == 0) {
                    throw new UncheckedIOException(
                            new IOException(
                                    "cannot listen on " + settings.host() + ":" + settings.port(),
                                    e));
                }
            }
        }
    }

    private void listen(int candidate, Optional<ServerSSLOptions> tls) throws Exception {
        fronts.clear();
        RequestIds ids = new RequestIds(new SharedRandom());
        List<Future<String>> deployed = new ArrayList<>();
        for (int i = 0; i < settings.eventLoops(); i++) {
            FrontVerticle front = new FrontVerticle(candidate, services, ids, pages, tls);
            fronts.add(front);
            deployed.add(vertx.deployVerticle(front, new DeploymentOptions()));
        }
        await(Future.join(deployed), START);
    }

    private int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(settings.host(), 0));
            return socket.getLocalPort();
        }
    }

    private Account.Books books(AccessLog log) {
        return entry -> {
            meters.closed(entry);
            try {
                log.log(entry);
            } catch (RuntimeException e) {
                LOG.warn("the access log failed", e);
            }
        };
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public boolean ready() {
        return directory.known() && !draining.get();
    }

    private void inForce(RouteTable table) {
        if (keeper != null) {
            keeper.changed(table);
        }
        reporter.tableInForce();
    }

    @Override
    public long tableVersion() {
        return directory.version();
    }

    @Override
    public void wake(EndpointId endpoint) {
        reporter.wake(endpoint);
    }

    @Override
    public void putAside(EndpointId endpoint, String replica, Lease.Outcome why) {
        meters.putAside(endpoint);
        String reason =
                switch (why) {
                    case UNREACHABLE -> "it does not accept connections";
                    case BROKEN -> "it broke off a request";
                    case UNPROCESSED -> "it does not take requests";
                    case ANSWERED, ABANDONED -> "";
                };
        LOG.info("replica {} of {} is put aside: {}", replica, endpoint, reason);
        reporter.unreachable(endpoint, replica, reason);
    }

    @Override
    public void drainAt(EndpointQueue queue, long nanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(nanos - System.nanoTime()) + 1;
        vertx.setTimer(Math.max(1, millis), due -> queue.drain(System.nanoTime()));
    }

    @Override
    public void close() {
        if (!draining.compareAndSet(false, true)) {
            return;
        }
        Duration drain = settings.timeouts().drain();
        try {
            List<Future<Void>> drained =
                    fronts.stream().map(front -> front.drain(drain.toMillis())).toList();
            await(Future.join(drained), drain.plus(STOP));
        } catch (Exception e) {
            LOG.warn("the gateway did not drain in time", e);
        }
        if (subscription != null) {
            subscription.close();
        }
        reporter.close();
        if (keeper != null) {
            keeper.close();
        }
        try {
            await(vertx.close(), STOP);
        } catch (Exception e) {
            LOG.warn("the gateway did not close in time", e);
        }
    }

    private static void await(Future<?> future, Duration atMost) throws Exception {
        try {
            future.toCompletionStage()
                    .toCompletableFuture()
                    .get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw e;
        } catch (TimeoutException e) {
            throw new IOException("not within " + atMost, e);
        }
    }

    /** Random numbers for any thread. */
    private static final class SharedRandom implements RandomGenerator {
        @Override
        public long nextLong() {
            return ThreadLocalRandom.current().nextLong();
        }
    }
}
