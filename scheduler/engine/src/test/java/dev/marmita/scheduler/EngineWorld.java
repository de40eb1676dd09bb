package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Route;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Deployments.PutOptions;
import dev.marmita.scheduler.Deployments.PutResult;
import dev.marmita.scheduler.compute.ComputeBackend;
import dev.marmita.scheduler.compute.SecretSource;
import dev.marmita.scheduler.plan.Autoscaler;
import dev.marmita.scheduler.plan.Planner;
import dev.marmita.scheduler.spec.FieldError;
import dev.marmita.scheduler.spec.SpecParser;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** An engine on PostgreSQL with everything around it played. */
final class EngineWorld implements AutoCloseable {

    private static final AtomicInteger TENANTS = new AtomicInteger();

    final FakeGateway gateway = new FakeGateway();
    final FakeRegistry registry = new FakeRegistry();
    final List<FieldError> refusals = new ArrayList<>();
    final String tenant = "tenant-" + TENANTS.incrementAndGet();
    final EndpointId endpoint = EndpointId.of(tenant, "receipts");
    final Map<String, Long> secrets = new ConcurrentHashMap<>();
    final List<Engine> engines = new ArrayList<>();

    EngineWorld() {
        Database.clear();
    }

    Engine start(ComputeBackend backend, boolean stopReplicas) {
        return start(backend, stopReplicas, "test", Duration.ofSeconds(5));
    }

    Engine start(ComputeBackend backend, boolean stopReplicas, String holder, Duration ttl) {
        LoopSettings loop =
                new LoopSettings(
                        holder,
                        4,
                        ttl,
                        Duration.ofMillis(300),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(300),
                        Duration.ofMillis(200),
                        stopReplicas,
                        Duration.ofSeconds(5));
        Engine engine =
                Engine.assemble(
                        Database.stores(),
                        backend,
                        new Ports(
                                registry,
                                gateway,
                                gateway,
                                (_, _, _) -> List.copyOf(refusals),
                                secretSource()),
                        new Engine.Settings(
                                loop,
                                new Planner.Settings(
                                        Duration.ofSeconds(20),
                                        Duration.ofSeconds(5),
                                        Duration.ofMillis(50)),
                                new Autoscaler.Settings(
                                        Duration.ofSeconds(60),
                                        Duration.ofSeconds(6),
                                        2,
                                        Duration.ofSeconds(1))),
                        InstantSource.system(),
                        new Random());
        engine.scheduler().start();
        engines.add(engine);
        return engine;
    }

    private SecretSource secretSource() {
        return new SecretSource() {
            @Override
            public OptionalLong newest(TenantId tenant, String name) {
                Long version = secrets.get(name);
                return version == null ? OptionalLong.empty() : OptionalLong.of(version);
            }

            @Override
            public Map<String, byte[]> values(TenantId tenant, SortedMap<String, Long> versions) {
                throw new SecretUnavailableException("nobody reads these");
            }
        };
    }

    PutResult put(Engine engine, String yaml) {
        return put(engine, yaml, OptionalLong.empty(), false);
    }

    PutResult put(Engine engine, String yaml, OptionalLong ifMatch, boolean dryRun) {
        return engine.deployments()
                .put(
                        endpoint,
                        new SpecParser().parseYaml(yaml.getBytes(StandardCharsets.UTF_8)),
                        new PutOptions(ifMatch, dryRun, "ana"));
    }

    DeploymentStatus status(Engine engine) {
        return engine.deployments().status(endpoint);
    }

    Condition condition(Engine engine, Condition.Type type) {
        return status(engine).conditions().stream()
                .filter(c -> c.type() == type)
                .findFirst()
                .orElseThrow();
    }

    List<Route.Replica> routed() {
        Route route = gateway.routes.get(endpoint);
        return route == null
                ? List.of()
                : route.targets().stream().flatMap(t -> t.replicas().stream()).toList();
    }

    @Override
    public void close() {
        engines.reversed().forEach(engine -> engine.scheduler().close());
    }
}
