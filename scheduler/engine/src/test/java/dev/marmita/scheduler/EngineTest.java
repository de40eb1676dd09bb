package dev.marmita.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.marmita.routing.Access;
import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Route;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.Condition.Type;
import dev.marmita.scheduler.DeploymentException.Code;
import dev.marmita.scheduler.Deployments.PutResult;
import dev.marmita.scheduler.compute.Failure;
import dev.marmita.scheduler.compute.ReplicaObservation;
import dev.marmita.scheduler.compute.ReplicaObservation.State;
import dev.marmita.scheduler.plan.Autoscaler;
import dev.marmita.scheduler.plan.Phase;
import dev.marmita.scheduler.plan.Planner;
import dev.marmita.scheduler.spec.FieldError;
import dev.marmita.scheduler.spec.SpecParser;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EngineTest {

    private static final String SPEC =
            "{service: documents, models: {detector: det:latest}, scaling: {idleTimeout: 400ms}}";
    private static final String ONLINE =
            "{service: documents, mode: online, models: {detector: det:latest}, env: {A: '%s'},"
                    + " scaling: {minReplicas: %d, maxReplicas: 5}}";
    private static final Duration LONG = Duration.ofSeconds(20);

    private final EngineWorld world = new EngineWorld();
    private final FakeBackend backend = new FakeBackend();
    private Engine engine;

    @BeforeEach
    void start() {
        engine = world.start(backend, true);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void createsADeploymentThatWaitsForRequests() {
        PutResult result = world.put(engine, SPEC);

        assertThat(result.created()).isTrue();
        assertThat(result.deployment().generation()).isEqualTo(1);
        assertThat(result.deployment().revision()).isEqualTo(1);
        awaitPhase(Phase.IDLE);
        assertThat(world.condition(engine, Type.READY).reason()).isEqualTo("ScaledToZero");
        Route route = world.gateway.routes.get(world.endpoint);
        assertThat(route.wakes()).isTrue();
        assertThat(route.targets()).isEmpty();
        assertThat(route.limits()).isEqualTo(Route.Limits.DEFAULT);
        assertThat(backend.starts).hasValue(0);
    }

    @Test
    void wakesOnDemandAndSleepsAgain() {
        world.put(engine, SPEC);
        awaitPhase(Phase.IDLE);

        engine.scheduler().demand(world.endpoint);

        awaitUntil(() -> world.routed().size() == 1);
        Route.Replica replica = world.routed().getFirst();
        awaitPhase(Phase.READY);
        assertThat(engine.deployments().replicas(world.endpoint))
                .singleElement()
                .satisfies(
                        r -> assertThat(r.id()).isEqualTo(replica.id()).startsWith("receipts-1-"))
                .satisfies(r -> assertThat(r.state()).isEqualTo("Ready"))
                .satisfies(r -> assertThat(r.port()).isEqualTo(replica.port()));
        awaitPhase(Phase.IDLE);
        assertThat(world.routed()).isEmpty();
        awaitUntil(() -> backend.observe().isEmpty());
        assertThat(engine.deployments().events(world.endpoint))
                .extracting(Event::reason)
                .contains("Ready", "InService");
    }

    @Test
    void aStartThatTakesLongerThanTheIdleTimeIsNotCutShort() {
        backend.slow = true;
        world.put(engine, SPEC);
        awaitPhase(Phase.IDLE);
        engine.scheduler().demand(world.endpoint);
        awaitUntil(() -> backend.observe().size() == 1);

        await().during(Duration.ofSeconds(1))
                .atMost(LONG)
                .until(() -> backend.starts.get() == 1 && backend.observe().size() == 1);
        backend.ready(backend.observe().getFirst().id());
        awaitUntil(() -> world.routed().size() == 1);
        awaitPhase(Phase.IDLE);
    }

    @Test
    void staysAwakeWhileRequestsAreSeen() {
        world.put(engine, SPEC);
        world.gateway.load(world.endpoint, 1, 0);
        engine.scheduler().demand(world.endpoint);
        awaitPhase(Phase.READY);

        await().during(Duration.ofSeconds(1)).atMost(LONG).until(() -> world.routed().size() == 1);
        world.gateway.idle(world.endpoint);
        awaitPhase(Phase.IDLE);
    }

    @Test
    void staysAwakeWhileAReplicaHoldsTasks() {
        world.put(engine, SPEC);
        engine.scheduler().demand(world.endpoint);
        awaitUntil(() -> world.routed().size() == 1);
        String replica = world.routed().getFirst().id();
        backend.holds(replica, 200);

        await().during(Duration.ofSeconds(1)).atMost(LONG).until(() -> world.routed().size() == 1);
        assertThat(backend.starts).as("waiting tasks cannot go elsewhere").hasValue(1);
        backend.holds(replica, 0);
        awaitPhase(Phase.IDLE);
    }

    @Test
    void aReplicaThatStopsCanBeAskedForItsTasksUntilItsEnd() {
        backend.drains = true;
        world.put(engine, SPEC);
        engine.scheduler().demand(world.endpoint);
        awaitUntil(() -> world.routed().size() == 1);
        Route.Replica replica = world.routed().getFirst();
        assertThat(remaining()).isEmpty();

        awaitUntil(() -> world.routed().isEmpty());
        assertThat(remaining()).containsExactly(replica);
        awaitUntil(() -> backend.observe().getFirst().state() == State.STOPPING);
        assertThat(remaining()).containsExactly(replica);
        backend.finish(replica.id());
        awaitUntil(() -> remaining().isEmpty());
    }

    private List<Route.Replica> remaining() {
        return world.gateway.routes.get(world.endpoint).remaining();
    }

    @Test
    void scalesUpFromTheQueueAndDownLater() {
        world.put(engine, ONLINE.formatted("1", 1));
        awaitPhase(Phase.READY);

        world.gateway.load(world.endpoint, 1, 3);
        awaitUntil(() -> world.routed().size() == 4);
        world.gateway.idle(world.endpoint);
        // The mean of the long window falls slowly.
        awaitUntil(() -> world.routed().size() < 4);
    }

    @Test
    void aDrainingReplicaIsStoppedOnlyWhenNoGatewaySendsToIt() {
        world.put(engine, SPEC);
        engine.scheduler().demand(world.endpoint);
        awaitUntil(() -> world.routed().size() == 1);
        world.gateway.stuck = true;

        awaitUntil(() -> world.routed().isEmpty());
        awaitUntil(
                () ->
                        engine.deployments().replicas(world.endpoint).stream()
                                .anyMatch(r -> r.state().equals("Draining")));
        assertThat(backend.observe()).singleElement().matches(ReplicaObservation::lives);
        world.gateway.stuck = false;
        awaitUntil(() -> backend.observe().isEmpty());
    }

    @Test
    void aPutOfTheSameChangesNothing() {
        world.put(engine, SPEC);
        PutResult again = world.put(engine, SPEC);

        assertThat(again.created()).isFalse();
        assertThat(again.changed()).isFalse();
        assertThat(again.deployment().generation()).isEqualTo(1);
    }

    @Test
    void aChangeOfScaleMakesNoRevision() {
        world.put(engine, SPEC);
        PutResult scaled = world.put(engine, SPEC.replace("400ms", "500ms"));

        assertThat(scaled.changed()).isTrue();
        assertThat(scaled.newRevision()).isFalse();
        assertThat(scaled.deployment().generation()).isEqualTo(2);
        assertThat(scaled.deployment().revision()).isEqualTo(1);
    }

    @Test
    void aChangeOfAccessReachesTheGatewayAndMakesNoRevision() {
        world.put(engine, SPEC);
        awaitUntil(() -> Access.DEFAULT.equals(routedAccess()));
        awaitUntil(() -> world.condition(engine, Type.PROTECTED).status());

        PutResult opened =
                world.put(engine, SPEC.replaceFirst("}$", ", access: {anonymous: true}}"));

        assertThat(opened.changed()).isTrue();
        assertThat(opened.newRevision()).isFalse();
        awaitUntil(() -> new Access(true, true, List.of()).equals(routedAccess()));
        awaitUntil(
                () -> world.condition(engine, Type.PROTECTED).reason().equals("AnonymousAccess"));
    }

    @Test
    void aRollBackLetsNobodyInWhoWasLockedOut() {
        world.put(engine, SPEC);
        world.put(engine, SPEC.replaceFirst("}$", ", env: {A: b}, access: {tokens: false}}"));

        Deployment back =
                engine.deployments().rollback(world.endpoint, 1, OptionalLong.empty(), "ana");

        assertThat(back.spec().env()).isEmpty();
        assertThat(back.spec().access().tokens()).isFalse();
    }

    private @Nullable Access routedAccess() {
        Route route = world.gateway.routes.get(world.endpoint);
        return route == null ? null : route.access();
    }

    @Test
    void rollsOutBesideTheOldRevision() {
        world.put(engine, ONLINE.formatted("1", 2));
        awaitUntil(() -> world.routed().size() == 2);
        backend.slow = true;

        world.put(engine, ONLINE.formatted("2", 2));

        awaitUntil(() -> backend.observe().size() == 4);
        awaitPhase(Phase.UPDATING);
        assertThat(world.routed()).hasSize(2).allMatch(r -> r.id().startsWith("receipts-1-"));
        String first = replicaOf(2);
        backend.ready(first);
        awaitUntil(() -> revisions().equals(List.of(1L, 2L)));
        assertThat(world.gateway.routes.get(world.endpoint).targets())
                .extracting(Route.Target::weight)
                .containsExactly(1, 1);
        backend.ready(replicaOf(2));
        awaitUntil(() -> revisions().equals(List.of(2L, 2L)));
        awaitPhase(Phase.READY);
        assertThat(world.status(engine).servingRevision()).isEqualTo(2);
        awaitUntil(() -> backend.observe().size() == 2);
    }

    @Test
    void aRevisionThatDoesNotWorkLeavesTheOldOneServing() {
        world.put(engine, ONLINE.formatted("1", 1));
        awaitPhase(Phase.READY);
        backend.fate =
                spec ->
                        spec.revision() == 2
                                ? Optional.of(new Failure(Failure.Reason.EXITED, "exit code 1"))
                                : Optional.empty();

        world.put(engine, ONLINE.formatted("2", 1));

        awaitPhase(Phase.DEGRADED);
        assertThat(revisions()).containsExactly(1L);
        assertThat(world.condition(engine, Type.READY).status()).isTrue();
        Condition progressing = world.condition(engine, Type.PROGRESSING);
        assertThat(progressing.reason()).isEqualTo("CrashLooping");
        assertThat(progressing.message())
                .contains("exit code 1")
                .contains("revision 1 goes on serving");
        // The next one works.
        world.put(engine, ONLINE.formatted("3", 1));
        awaitPhase(Phase.READY);
        assertThat(revisions()).containsExactly(3L);
    }

    @Test
    void saysWhyItDoesNotServe() {
        backend.fate =
                _ -> Optional.of(new Failure(Failure.Reason.MODEL_INVALID, "not an ONNX file"));
        world.put(engine, ONLINE.formatted("1", 1));

        awaitPhase(Phase.FAILED);
        Condition ready = world.condition(engine, Type.READY);
        assertThat(ready.reason()).isEqualTo("ModelInvalid");
        assertThat(ready.message()).isEqualTo("not an ONNX file");
        awaitUntil(() -> !world.gateway.routes.get(world.endpoint).wakes());
        assertThat(world.gateway.routes.get(world.endpoint).reason()).startsWith("ModelInvalid");
        assertThat(backend.starts).hasValue(1);
    }

    @Test
    void saysThatThereIsNoRoomAndStartsWhenThereIs() {
        backend.capacity = 0;
        world.put(engine, ONLINE.formatted("1", 1));

        awaitUntil(
                () -> world.condition(engine, Type.READY).reason().equals("InsufficientCapacity"));
        backend.capacity = 1;
        awaitPhase(Phase.READY);
    }

    @Test
    void replacesAReplicaThatDies() {
        world.put(engine, ONLINE.formatted("1", 1));
        awaitPhase(Phase.READY);
        String first = world.routed().getFirst().id();

        backend.fail(first, new Failure(Failure.Reason.KILLED, "signal 9"));

        awaitUntil(
                () -> world.routed().size() == 1 && !world.routed().getFirst().id().equals(first));
        awaitUntil(
                () ->
                        engine.deployments().replicas(world.endpoint).stream()
                                .anyMatch(r -> r.restarts() == 1));
    }

    @Test
    void aMovedLabelMakesARevision() {
        world.put(engine, ONLINE.formatted("1", 1));
        awaitPhase(Phase.READY);

        world.registry.labels.put("det:latest", 2L);
        engine.scheduler().labelsMoved();

        awaitUntil(() -> revisions().equals(List.of(2L)));
        Revision revision = engine.deployments().revision(world.endpoint, 2);
        assertThat(revision.cause()).isEqualTo(Revision.Cause.LABELS);
        assertThat(revision.bundle().models().get("detector").version()).isEqualTo(2);
        assertThat(engine.deployments().diff(world.endpoint, 1, 2))
                .singleElement()
                .satisfies(c -> assertThat(c.field()).isEqualTo("resolved.models.detector"))
                .satisfies(c -> assertThat(c.before()).startsWith("det@1 sha256:"))
                .satisfies(c -> assertThat(c.after()).startsWith("det@2 sha256:"));
    }

    @Test
    void whoDoesNotFollowLabelsStays() {
        world.put(engine, ONLINE.formatted("1", 1).replace("mode:", "followLabels: false, mode:"));
        awaitPhase(Phase.READY);
        world.registry.labels.put("det:latest", 2L);
        engine.scheduler().labelsMoved();

        await().during(Duration.ofSeconds(1))
                .atMost(LONG)
                .until(
                        () ->
                                engine.deployments().get(world.endpoint).orElseThrow().revision()
                                        == 1);
    }

    @Test
    void aLabelThatIsGoneIsSaidAndChangesNothing() {
        world.put(engine, ONLINE.formatted("1", 1));
        awaitPhase(Phase.READY);

        world.registry.labels.remove("det:latest");
        engine.scheduler().labelsMoved();

        awaitUntil(() -> !world.condition(engine, Type.RESOLVED).status());
        assertThat(world.condition(engine, Type.RESOLVED).message())
                .isEqualTo("models.detector: there is no model det:latest");
        assertThat(revisions()).containsExactly(1L);
        world.registry.labels.put("det:latest", 1L);
        engine.scheduler().labelsMoved();
        awaitUntil(() -> world.condition(engine, Type.RESOLVED).status());
    }

    @Test
    void rollsBackToWhatRanAndStaysThere() {
        world.put(engine, ONLINE.formatted("1", 1));
        world.registry.labels.put("det:latest", 2L);
        engine.scheduler().labelsMoved();
        awaitUntil(() -> revisions().equals(List.of(2L)));
        world.put(engine, ONLINE.formatted("1", 3));

        Deployment back =
                engine.deployments().rollback(world.endpoint, 1, OptionalLong.empty(), "ana");

        assertThat(back.revision()).isEqualTo(3);
        assertThat(back.spec().models().get("detector")).hasToString("det@1");
        assertThat(back.spec().scaling().minReplicas()).isEqualTo(3);
        Revision revision = engine.deployments().revision(world.endpoint, 3);
        assertThat(revision.cause()).isEqualTo(Revision.Cause.ROLLBACK);
        assertThat(revision.restores()).hasValue(1);
        assertThat(revision.bundle())
                .isEqualTo(engine.deployments().revision(world.endpoint, 1).bundle());
        engine.scheduler().labelsMoved();
        awaitUntil(() -> revisions().equals(List.of(3L, 3L, 3L)));
        // The next put with labels follows them again.
        assertThat(world.put(engine, ONLINE.formatted("1", 3)).newRevision()).isTrue();
    }

    @Test
    void namesWhatItCannotResolve() {
        assertThat(refused(() -> world.put(engine, "{service: invoices}")))
                .satisfies(e -> assertThat(e.code()).isEqualTo(Code.INVALID))
                .satisfies(
                        e ->
                                assertThat(e.errors())
                                        .containsExactly(
                                                new FieldError(
                                                        "service",
                                                        "there is no service invoices:latest")));
        assertThat(refused(() -> world.put(engine, "{service: documents}")).errors())
                .extracting(FieldError::field)
                .containsExactly("models.detector");
        assertThat(
                        refused(
                                        () ->
                                                world.put(
                                                        engine,
                                                        "{service: documents, models: {detector: 'det@9', colour: det}}"))
                                .errors())
                .extracting(FieldError::field)
                .containsExactly("models.colour", "models.detector");
        assertThat(engine.deployments().get(world.endpoint)).isEmpty();
    }

    @Test
    void anOptionalSlotMayBeFilled() {
        world.put(engine, "{service: documents, models: {detector: det, classifier: 'det@2'}}");

        assertThat(engine.deployments().revision(world.endpoint, 1).bundle().models())
                .containsOnlyKeys("classifier", "detector");
    }

    @Test
    void refusesWhatThePlanDoesNotAllow() {
        world.refusals.add(new FieldError("resources.cpu", "must be at most 1 in plan free"));

        DeploymentException refused = refused(() -> world.put(engine, SPEC));

        assertThat(refused.code()).isEqualTo(Code.NOT_ALLOWED);
        assertThat(refused.errors()).hasSize(1);
    }

    @Test
    void aDryRunChecksAndChangesNothing() {
        PutResult result = world.put(engine, SPEC, OptionalLong.empty(), true);

        assertThat(result.created()).isTrue();
        assertThat(result.deployment().revision()).isEqualTo(1);
        assertThat(engine.deployments().get(world.endpoint)).isEmpty();
        assertThat(
                        refused(() -> world.put(engine, "{service: x}", OptionalLong.empty(), true))
                                .code())
                .isEqualTo(Code.INVALID);
    }

    @Test
    void matchesGenerations() {
        assertThat(refused(() -> world.put(engine, SPEC, OptionalLong.of(1), false)).code())
                .isEqualTo(Code.GENERATION_MISMATCH);
        world.put(engine, SPEC, OptionalLong.of(0), false);
        assertThat(refused(() -> world.put(engine, SPEC, OptionalLong.of(0), false)).code())
                .isEqualTo(Code.GENERATION_MISMATCH);
        PutResult second =
                world.put(engine, SPEC.replace("400ms", "1s"), OptionalLong.of(1), false);
        assertThat(second.deployment().generation()).isEqualTo(2);
        assertThat(
                        refused(
                                        () ->
                                                engine.deployments()
                                                        .delete(world.endpoint, OptionalLong.of(1)))
                                .code())
                .isEqualTo(Code.GENERATION_MISMATCH);
    }

    @Test
    void concurrentPutsAllBecomeRevisionsOfTheirOwn() throws Exception {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String value = Integer.toString(i);
            threads.add(
                    Thread.ofVirtual().start(() -> world.put(engine, ONLINE.formatted(value, 1))));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(engine.deployments().revisions(world.endpoint, 10, Optional.empty()).items())
                .extracting(Revision::number)
                .containsExactly(4L, 3L, 2L, 1L);
    }

    @Test
    void deletesInOrderAndForgets() {
        world.put(engine, ONLINE.formatted("1", 2));
        awaitUntil(() -> world.routed().size() == 2);

        engine.deployments().delete(world.endpoint, OptionalLong.empty());
        engine.deployments().get(world.endpoint).ifPresent(d -> assertThat(d.deleting()).isTrue());

        awaitUntil(() -> engine.deployments().get(world.endpoint).isEmpty());
        assertThat(world.gateway.routes).doesNotContainKey(world.endpoint);
        assertThat(backend.observe()).isEmpty();
        assertThat(refused(() -> engine.deployments().status(world.endpoint)).code())
                .isEqualTo(Code.NOT_FOUND);
        assertThat(
                        refused(
                                        () ->
                                                engine.deployments()
                                                        .delete(
                                                                world.endpoint,
                                                                OptionalLong.empty()))
                                .code())
                .isEqualTo(Code.NOT_FOUND);
        world.put(engine, SPEC);
        awaitPhase(Phase.IDLE);
    }

    @Test
    void aPutBringsBackWhatIsBeingDeleted() {
        world.put(engine, ONLINE.formatted("1", 1));
        awaitPhase(Phase.READY);
        world.gateway.stuck = true;
        engine.deployments().delete(world.endpoint, OptionalLong.empty());
        awaitPhase(Phase.DELETING);

        PutResult back = world.put(engine, ONLINE.formatted("2", 1));

        assertThat(back.created()).isTrue();
        awaitPhase(Phase.READY);
        awaitUntil(() -> world.routed().size() == 1);
    }

    @Test
    void deletesATenantsDeployments() {
        world.put(engine, SPEC);

        engine.deployments().deleteAll(new TenantId(world.tenant));

        awaitUntil(() -> engine.deployments().get(world.endpoint).isEmpty());
    }

    @Test
    void listsInPages() {
        for (String name : List.of("c", "a", "b")) {
            engine.deployments()
                    .put(
                            EndpointId.of(world.tenant, name),
                            new SpecParser().parseYaml(SPEC.getBytes(StandardCharsets.UTF_8)),
                            new Deployments.PutOptions(OptionalLong.empty(), false, "ana"));
        }
        TenantId tenant = new TenantId(world.tenant);

        Page<Deployment> first = engine.deployments().list(tenant, 2, Optional.empty());
        Page<Deployment> second = engine.deployments().list(tenant, 2, first.nextPageToken());

        assertThat(first.items())
                .extracting(d -> d.endpoint().deployment().value())
                .containsExactly("a", "b");
        assertThat(second.items())
                .extracting(d -> d.endpoint().deployment().value())
                .containsExactly("c");
        assertThat(second.nextPageToken()).isEmpty();
        assertThat(refused(() -> engine.deployments().list(tenant, 2, Optional.of("%%%"))).code())
                .isEqualTo(Code.BAD_PAGE_TOKEN);
    }

    @Test
    void findsWhatNoSignalToldOf() {
        world.put(engine, SPEC);
        awaitPhase(Phase.IDLE);
        // Another control plane writes the row and its signal is lost.
        Engine other =
                Engine.assemble(
                        Database.stores(),
                        new FakeBackend(),
                        new Ports(
                                world.registry,
                                world.gateway,
                                world.gateway,
                                (_, _, _) -> List.of()),
                        new Engine.Settings(
                                LoopSettings.defaults("other"),
                                Planner.Settings.DEFAULT,
                                Autoscaler.Settings.DEFAULT),
                        InstantSource.system(),
                        new Random());
        world.put(other, ONLINE.formatted("1", 1));

        awaitPhase(Phase.READY);
    }

    @Test
    void keepsTheTimeOfAConditionThatStays() {
        world.put(engine, SPEC);
        awaitPhase(Phase.IDLE);
        Condition before = world.condition(engine, Type.READY);

        world.put(engine, SPEC.replace("400ms", "1s"));
        awaitUntil(() -> world.status(engine).observedGeneration() == 2);

        assertThat(world.condition(engine, Type.READY).since()).isEqualTo(before.since());
    }

    @Test
    void metersWhatRanWithoutCountingTwice() {
        Instant begin = Instant.now();
        world.put(engine, ONLINE.formatted("1", 2));
        awaitUntil(
                () -> spans(begin).size() == 2 && spans(begin).stream().allMatch(Usage.Span::open));
        Instant middle = spans(begin).getFirst().to();
        awaitUntil(() -> spans(begin).getFirst().to().isAfter(middle.plusMillis(500)));

        engine.deployments().delete(world.endpoint, OptionalLong.empty());

        awaitUntil(() -> spans(begin).stream().noneMatch(Usage.Span::open));
        List<Usage.Span> spans = spans(begin);
        assertThat(spans).hasSize(2);
        double seconds = spans.stream().mapToDouble(s -> s.length().toNanos() / 1e9).sum();
        Usage.Total total =
                usage().totals(new TenantId(world.tenant), begin, Instant.now()).getFirst();
        assertThat(total.replicaSeconds()).isCloseTo(seconds, Offset.offset(0.01));
        assertThat(total.cpuSeconds()).isCloseTo(seconds, Offset.offset(0.01));
        assertThat(total.memoryGibSeconds()).isCloseTo(seconds, Offset.offset(0.01));
        // A period's edges cut.
        assertThat(
                        usage().totals(new TenantId(world.tenant), begin, middle)
                                .getFirst()
                                .replicaSeconds())
                .isLessThan(seconds);
        assertThat(usage().totals(new TenantId(world.tenant), begin.minusSeconds(100), begin))
                .isEmpty();
    }

    @Test
    void pagesOverUsage() {
        Instant begin = Instant.now();
        world.put(engine, ONLINE.formatted("1", 3));
        awaitUntil(() -> spans(begin).size() == 3);
        Instant end = Instant.now().plusSeconds(1);
        TenantId tenant = new TenantId(world.tenant);

        Page<Usage.Span> first = usage().spans(tenant, begin, end, 2, Optional.empty());
        Page<Usage.Span> second = usage().spans(tenant, begin, end, 2, first.nextPageToken());

        assertThat(first.items()).hasSize(2);
        assertThat(second.items()).hasSize(1);
        assertThat(second.nextPageToken()).isEmpty();
        assertThat(refused(() -> usage().spans(tenant, begin, end, 2, Optional.of("abc"))).code())
                .isEqualTo(Code.BAD_PAGE_TOKEN);
    }

    @Test
    void goesOnAfterASuddenEndWhereItWas() {
        Instant begin = Instant.now();
        world.put(engine, ONLINE.formatted("1", 1));
        awaitPhase(Phase.READY);
        awaitUntil(() -> spans(begin).size() == 1);
        String replica = world.routed().getFirst().id();

        awaitUntil(() -> engine.scheduler().leads());
        // The first engine is not told that it is dead: its epoch is.
        Engine next = world.start(backend, true);

        awaitUntil(() -> next.scheduler().leads());
        awaitUntil(() -> !engine.scheduler().leads());
        await().during(Duration.ofMillis(500))
                .atMost(LONG)
                .until(
                        () ->
                                world.routed().size() == 1
                                        && world.routed().getFirst().id().equals(replica));
        assertThat(spans(begin)).singleElement().matches(Usage.Span::open);
        assertThat(backend.starts).hasValue(1);
    }

    @Test
    void onlyTheLeaderActs() {
        awaitUntil(() -> engine.scheduler().leads());
        FakeBackend idle = new FakeBackend();
        Engine second = world.start(idle, true, "second", Duration.ofSeconds(1));
        world.put(second, ONLINE.formatted("1", 1));

        awaitPhase(Phase.READY);
        assertThat(second.scheduler().leads()).isFalse();
        assertThat(idle.starts).hasValue(0);

        engine.scheduler().close();
        awaitUntil(() -> second.scheduler().leads());
        awaitUntil(() -> idle.starts.get() == 1);
    }

    @Test
    void aStaleEpochWritesNothing() {
        world.put(engine, SPEC);
        LeaseStore lease = Database.stores().lease();
        long old = lease.acquire("test", Duration.ofSeconds(5), true).orElseThrow();
        lease.acquire("test", Duration.ofSeconds(5), true);
        DeploymentStore store = Database.stores().deployments();

        assertThatThrownBy(() -> store.serve(world.endpoint, 1, old))
                .isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> store.purge(world.endpoint, old))
                .isInstanceOf(LeaseLostException.class);
        assertThatThrownBy(() -> store.nextRouteGeneration(old))
                .isInstanceOf(LeaseLostException.class);
        assertThat(lease.acquire("another", Duration.ofSeconds(5), true)).isEmpty();
    }

    @Test
    void showsLogsOfOneOrAll() {
        world.put(engine, ONLINE.formatted("1", 2));
        awaitUntil(() -> world.routed().size() == 2);
        String one = world.routed().getFirst().id();

        assertThat(engine.deployments().logs(world.endpoint, Optional.empty(), 10)).hasSize(2);
        assertThat(engine.deployments().logs(world.endpoint, Optional.of(one), 10))
                .singleElement()
                .satisfies(log -> assertThat(log.lines()).containsExactly("hello from " + one));
    }

    private Usage usage() {
        return Database.stores().usage();
    }

    private List<Usage.Span> spans(Instant from) {
        return usage().spans(
                        new TenantId(world.tenant),
                        from,
                        Instant.now().plusSeconds(60),
                        100,
                        Optional.empty())
                .items();
    }

    private List<Long> revisions() {
        Route route = world.gateway.routes.get(world.endpoint);
        return route == null
                ? List.of()
                : route.targets().stream()
                        .flatMap(t -> t.replicas().stream().map(_ -> t.revision()))
                        .sorted()
                        .collect(Collectors.toList());
    }

    private String replicaOf(long revision) {
        return backend.observe().stream()
                .filter(r -> r.revision() == revision)
                .filter(r -> r.state() == ReplicaObservation.State.STARTING)
                .findFirst()
                .orElseThrow()
                .id();
    }

    private void awaitPhase(Phase phase) {
        await().pollInterval(Duration.ofMillis(20))
                .atMost(LONG)
                .untilAsserted(() -> assertThat(world.status(engine).phase()).isEqualTo(phase));
    }

    private static void awaitUntil(Callable<Boolean> condition) {
        await().ignoreExceptions()
                .pollInterval(Duration.ofMillis(20))
                .atMost(LONG)
                .until(condition);
    }

    private static DeploymentException refused(ThrowingCallable call) {
        try {
            call.call();
        } catch (DeploymentException e) {
            return e;
        } catch (Throwable e) {
            throw new AssertionError("refused otherwise", e);
        }
        throw new AssertionError("not refused");
    }
}
