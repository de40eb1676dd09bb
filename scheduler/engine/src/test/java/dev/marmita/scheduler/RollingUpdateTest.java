package dev.marmita.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.marmita.routing.Route;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.plan.Phase;
import dev.marmita.scheduler.process.ProcessComputeBackend;
import dev.marmita.scheduler.process.RunnerWorld;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine with real processes and a real database, under requests. */
class RollingUpdateTest {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final String SPEC =
            "{service: documents, mode: online, models: {detector: det}, env: {V: '%s', BEHAVIOUR: '%s'},"
                    + " resources: {memory: 128Mi, cpu: 0.5},"
                    + " scaling: {minReplicas: 2, maxReplicas: 2, targetConcurrency: 4}}";
    private static final String ON_DEMAND =
            "{service: documents, models: {detector: det}, resources: {memory: 128Mi},"
                    + " scaling: {idleTimeout: 1s}}";

    @TempDir Path folder;
    private EngineWorld world;
    private RunnerWorld runners;
    private ProcessComputeBackend backend;
    private Engine engine;

    @BeforeEach
    void start() throws IOException {
        world = new EngineWorld();
        runners = new RunnerWorld(folder);
        byte[] bundle =
                RunnerWorld.zip(Map.of("service.yaml", RunnerWorld.bytes("name: documents")));
        world.registry.version("documents", 1, runners.blob(bundle), "latest");
        world.registry.version("det", 1, runners.blob(RunnerWorld.bytes("a model")), "latest");
        backend = new ProcessComputeBackend(runners.settings(), runners);
        engine = world.start(backend, true);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void losesNoRequestWhileRevisionsChange() throws Exception {
        world.put(engine, SPEC.formatted("1", "ok"));
        awaitUntil(() -> world.routed().size() == 2);
        Clients clients = new Clients(4);
        try {
            awaitUntil(() -> clients.served.get() > 50);
            for (int version = 2; version <= 3; version++) {
                world.put(engine, SPEC.formatted(version, "late"));
                long revision = version;
                awaitUntil(() -> revisions().equals(Set.of(revision)));
                awaitUntil(() -> clients.reached(revision));
            }
            // One that does not work changes nothing.
            world.put(engine, SPEC.formatted("4", "exit"));
            awaitUntil(() -> world.status(engine).phase() == Phase.DEGRADED);
            int before = clients.served.get();
            awaitUntil(() -> clients.served.get() > before + 50);
            engine.deployments().rollback(world.endpoint, 1, OptionalLong.empty(), "ana");
            awaitUntil(() -> revisions().equals(Set.of(5L)));
            awaitUntil(() -> clients.reached(5));
            clients.finish();
            assertThat(clients.failures).isEmpty();
            assertThat(clients.reached(1)).isTrue();
            assertThat(clients.reached(4)).isFalse();
        } finally {
            clients.finish();
        }
    }

    @Test
    void replacesAKilledRunnerUnderLoad() throws Exception {
        world.put(engine, SPEC.formatted("1", "ok"));
        awaitUntil(() -> world.routed().size() == 2);
        String victim = world.routed().getFirst().id();
        Clients clients = new Clients(2);
        try {
            awaitUntil(() -> clients.served.get() > 20);

            ProcessHandle.of(pid(victim)).orElseThrow().destroyForcibly();

            awaitUntil(
                    () ->
                            world.routed().size() == 2
                                    && world.routed().stream()
                                            .noneMatch(r -> r.id().equals(victim)));
        } finally {
            clients.finish();
        }
        assertThat(engine.deployments().events(world.endpoint))
                .anySatisfy(
                        event -> {
                            assertThat(event.reason()).isEqualTo("Killed");
                            assertThat(event.message()).contains("signal 9").contains("listening");
                        });
    }

    @Test
    void wakesServesAndSleeps() throws Exception {
        world.put(engine, ON_DEMAND);
        awaitUntil(() -> world.status(engine).phase() == Phase.IDLE);

        engine.scheduler().demand(world.endpoint);

        awaitUntil(() -> world.routed().size() == 1);
        assertThat(RunnerWorld.get(world.routed().getFirst().port(), "/").statusCode())
                .isEqualTo(200);
        awaitUntil(() -> backend.observe().isEmpty());
        assertThat(
                        engine.deployments()
                                .logs(world.endpoint, Optional.empty(), 10)
                                .getFirst()
                                .lines())
                .contains("listening");
    }

    @Test
    void runnersServeOnWhileThePlatformIsAwayAndAreFoundAgain() throws Exception {
        Instant begin = Instant.now();
        world.put(engine, SPEC.formatted("1", "ok"));
        awaitUntil(() -> world.routed().size() == 2);
        List<String> before = ids();
        awaitUntil(() -> spans(begin).size() == 2);
        // As after a kill -9: nobody stopped anything.
        world.engines.removeFirst();
        backend.close();
        int port = world.routed().getFirst().port();
        assertThat(RunnerWorld.get(port, "/").statusCode()).isEqualTo(200);
        world.gateway.routes.clear();

        ProcessComputeBackend next = new ProcessComputeBackend(runners.settings(), runners);
        Engine second = world.start(next, true);

        awaitUntil(() -> world.routed().size() == 2);
        assertThat(ids()).isEqualTo(before);
        awaitUntil(() -> world.status(second).phase() == Phase.READY);
        List<Usage.Span> spans = spans(begin);
        assertThat(spans).hasSize(2).allMatch(Usage.Span::open);
        assertThat(spans.stream().map(Usage.Span::replica).sorted()).isEqualTo(before);
        engine.scheduler().close();
    }

    private List<Usage.Span> spans(Instant from) {
        return Database.stores()
                .usage()
                .spans(
                        new TenantId(world.tenant),
                        from,
                        Instant.now().plusSeconds(60),
                        100,
                        Optional.empty())
                .items();
    }

    private List<String> ids() {
        return world.routed().stream().map(Route.Replica::id).sorted().toList();
    }

    private Set<Long> revisions() {
        Set<Long> revisions = ConcurrentHashMap.newKeySet();
        Route route = world.gateway.routes.get(world.endpoint);
        if (route != null) {
            route.targets().forEach(target -> revisions.add(target.revision()));
        }
        return revisions;
    }

    private long pid(String replica) throws IOException {
        return Long.parseLong(
                Files.readString(runners.home().resolve("replicas").resolve(replica).resolve("pid"))
                        .strip());
    }

    private void awaitUntil(Callable<Boolean> condition) {
        await().ignoreExceptions()
                .pollInterval(Duration.ofMillis(20))
                .atMost(LONG)
                .until(condition);
    }

    /**
     * Clients behind a gateway of the simplest kind: it takes a replica of the newest route, and sends
     * what was never processed again.
     */
    private final class Clients {
        final AtomicInteger served = new AtomicInteger();
        final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();
        final Set<String> replicas = ConcurrentHashMap.newKeySet();
        private final AtomicBoolean done = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();

        Clients(int count) {
            for (int i = 0; i < count; i++) {
                threads.add(Thread.ofVirtual().start(this::run));
            }
        }

        boolean reached(long revision) {
            return replicas.stream().anyMatch(id -> id.startsWith("receipts-" + revision + "-"));
        }

        private void run() {
            while (!done.get()) {
                try {
                    request();
                } catch (IOException e) {
                    failures.add(e.toString());
                } catch (InterruptedException e) {
                    return;
                }
            }
        }

        private void request() throws IOException, InterruptedException {
            long end = System.nanoTime() + LONG.toNanos();
            while (System.nanoTime() < end) {
                List<Route.Replica> routed = world.routed();
                if (routed.isEmpty()) {
                    Thread.sleep(5);
                    continue;
                }
                Route.Replica replica =
                        routed.get(ThreadLocalRandom.current().nextInt(routed.size()));
                HttpResponse<String> response;
                try {
                    response = RunnerWorld.get(replica.port(), "/work");
                } catch (ConnectException e) {
                    continue;
                }
                if (response.statusCode() == 200) {
                    served.incrementAndGet();
                    replicas.add(response.body().split(" ")[0]);
                    return;
                }
                if (response.headers().firstValue("Marmita-Unprocessed").isEmpty()) {
                    failures.add(replica.id() + ": " + response.statusCode());
                    return;
                }
            }
            failures.add("no answer in time");
        }

        void finish() throws InterruptedException {
            done.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        }
    }
}
