package dev.marmita.runner;

import dev.marmita.runner.StartFailedException.Reason;
import dev.marmita.runner.batching.BatchOptions;
import dev.marmita.runner.batching.BatchSettings;
import dev.marmita.runner.batching.JointCalls;
import dev.marmita.runner.binding.Json;
import dev.marmita.runner.bundle.ApiMethod;
import dev.marmita.runner.bundle.ApiMethods;
import dev.marmita.runner.bundle.BundleInvalidException;
import dev.marmita.runner.bundle.ServiceBundle;
import dev.marmita.runner.bundle.ServiceFactory;
import dev.marmita.runner.grpc.GrpcRoutes;
import dev.marmita.runner.grpc.GrpcSettings;
import dev.marmita.runner.grpc.ServiceCalls;
import dev.marmita.runner.http.Admission;
import dev.marmita.runner.http.Failures;
import dev.marmita.runner.http.HttpFront;
import dev.marmita.runner.http.Phase;
import dev.marmita.runner.http.Routes;
import dev.marmita.runner.inference.InferenceRoutes;
import dev.marmita.runner.inference.ModelRepository;
import dev.marmita.runner.inference.ServedModels;
import dev.marmita.runner.inference.ServerInfo;
import dev.marmita.runner.inference.Statistics;
import dev.marmita.runner.log.Log;
import dev.marmita.runner.metrics.Metrics;
import dev.marmita.runner.onnx.Device;
import dev.marmita.runner.onnx.FirstRuns;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.runner.onnx.OnnxOptions;
import dev.marmita.runner.service.ServiceRoutes;
import dev.marmita.runner.tasks.Tasks;
import dev.marmita.runner.work.CurrentRequest;
import dev.marmita.runner.work.InferencePool;
import dev.marmita.service.Model;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.IntSupplier;

/**
 * A running inference server. {@link #start} returns when it is ready; {@link #close} drains it.
 * Thread-safe.
 */
public final class Runner implements AutoCloseable {

    private static final int MIN_WAITING = 64;
    private static final int WAITING_PER_SLOT = 16;
    private static final long MIN_HELD_BYTES = 256L << 20;

    private final Launch launch;
    private final Log log;
    private final Metrics metrics;
    private final Stages stages;
    private final Statistics statistics = new Statistics(InstantSource.system());
    private final Json json;
    private final ByteBufAllocator allocator = new PooledByteBufAllocator(true);
    private final CurrentRequest current = new CurrentRequest();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.STARTING);
    private final AtomicReference<Optional<InferencePool>> pool =
            new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<ServedModels>> models =
            new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<Routes>> service =
            new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<Tasks>> tasks = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<ServiceCalls>> calls =
            new AtomicReference<>(Optional.empty());
    private final Admission admission;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final int waiting;
    private IntSupplier trustingWatchers = () -> 0;
    private int port;

    private Runner(Launch launch, Log log, long begun) {
        this.launch = launch;
        this.log = log;
        this.metrics =
                new Metrics(
                        Map.of(
                                "tenant",
                                launch.tenant(),
                                "deployment",
                                launch.deployment(),
                                "revision",
                                Long.toString(launch.revision()),
                                "replica",
                                launch.replica()));
        this.stages = new Stages(metrics, begun);
        // A file of the largest body, as base64.
        this.json = new Json((int) Math.min(Integer.MAX_VALUE - 8L, launch.maxBodyBytes() * 2L));
        this.waiting = Math.max(MIN_WAITING, launch.concurrency() * WAITING_PER_SLOT);
        this.admission =
                new Admission(
                        waiting + launch.concurrency(),
                        Math.max(MIN_HELD_BYTES, 4L * launch.maxBodyBytes()));
    }

    /**
     * Binds at once, tells its port, then opens models and constructs the service.
     *
     * @throws StartFailedException where it cannot; nothing is left running
     */
    public static Runner start(Launch launch, Log log) throws StartFailedException {
        return start(launch, log, Stages.processStart());
    }

    /**
     * @param begun when the start began, by {@link System#nanoTime()}
     */
    static Runner start(Launch launch, Log log, long begun) throws StartFailedException {
        Runner runner = new Runner(launch, log, begun);
        try {
            runner.start();
            return runner;
        } catch (StartFailedException e) {
            runner.release();
            throw e;
        } catch (OutOfMemoryError e) {
            runner.release();
            throw new StartFailedException(
                    Reason.OUT_OF_MEMORY, "not enough memory to start: " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            runner.release();
            throw new StartFailedException(Reason.START_FAILED, "cannot start: " + e, e);
        }
    }

    private void start() throws StartFailedException {
        stages.reached("main");
        Watch watch = new Watch(current, metrics);
        Opening opening =
                opening(new OnnxOptions(threadsPerRun(), launch.modelCache(), watch, batching()));
        HttpFront front = bind();
        opened.add(front);
        port = front.port();
        stages.reached("bound");
        writePort();
        ServiceBundle bundle = openBundle();
        opened.addFirst(bundle);
        Service found = inspect(bundle);
        stages.reached("bundle");
        opened.addFirst(opening);
        construct(found, opening);
        Map<String, OnnxModel> bySlot = opening.await();
        SlotPadding.apply(bundle.manifest(), bySlot, launch.env());
        models.set(Optional.of(new ServedModels(bySlot)));
        new RuntimeGauges(metrics).register(admission, pool);
        phase.set(Phase.READY);
        stages.reached("ready");
        log.info(
                "ready",
                Map.of("port", port, "replica", launch.replica(), "startMillis", stages.all()));
    }

    private HttpFront bind() throws StartFailedException {
        ModelRepository repository =
                new ModelRepository(
                        () -> models.get().orElseThrow(), ModelRepository.allowed(launch.env()));
        ServerInfo info = ServerInfo.current(repository.controlled());
        InferenceRoutes rest =
                new InferenceRoutes(
                        info,
                        () -> phase.get() == Phase.READY,
                        () -> models.get().orElseThrow(),
                        () -> service.get().flatMap(Routes::only),
                        repository,
                        statistics,
                        json,
                        allocator);
        GrpcRoutes grpc =
                new GrpcRoutes(
                        info,
                        new GrpcSettings(
                                phase,
                                () -> pool.get().orElseThrow(),
                                admission,
                                launch.maxBodyBytes(),
                                Duration.ofMillis(launch.requestTimeoutMillis()),
                                InstantSource.system(),
                                log,
                                allocator),
                        () -> models.get().orElseThrow(),
                        repository,
                        statistics);
        grpc.serve(calls::get);
        trustingWatchers = grpc::trustingWatchers;
        HttpFront.Settings settings =
                new HttpFront.Settings(
                        launch.host(),
                        launch.port(),
                        Math.max(1, launch.cores() / 2),
                        launch.replica(),
                        launch.maxBodyBytes(),
                        Duration.ofMillis(launch.requestTimeoutMillis()),
                        allocator,
                        admission,
                        phase,
                        metrics,
                        log,
                        Failures.json(json),
                        InstantSource.system(),
                        () -> Long.toHexString(ThreadLocalRandom.current().nextLong()),
                        () -> failure.complete(null));
        try {
            return HttpFront.bind(
                    settings,
                    new FrontRoutes(phase, metrics, this::unfinishedTasks, rest, grpc, service),
                    () -> pool.get().orElseThrow());
        } catch (IOException e) {
            throw new StartFailedException(Reason.START_FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private Function<Model, BatchOptions> batching() throws StartFailedException {
        try {
            BatchSettings batches = BatchSettings.of(launch.env());
            return model ->
                    new BatchOptions(
                            batches,
                            threadsPerRun(),
                            launch.cores(),
                            allocator,
                            current,
                            BatchReports.ofModel(model, statistics.of(model), metrics, log));
        } catch (IllegalArgumentException e) {
            throw new StartFailedException(Reason.START_FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    private void writePort() throws StartFailedException {
        if (launch.portFile().isPresent()) {
            try {
                Atomically.write(launch.portFile().get(), Integer.toString(port));
            } catch (IOException e) {
                throw new StartFailedException(
                        Reason.START_FAILED, "the port file cannot be written: " + e, e);
            }
        }
    }

    private ServiceBundle openBundle() throws StartFailedException {
        try {
            return ServiceBundle.open(launch.bundle().folder());
        } catch (BundleInvalidException e) {
            throw invalid(e);
        }
    }

    /** A service's class, understood and found to fit its models. */
    private record Service(
            ServiceBundle bundle, ServiceFactory factory, List<ApiMethods.Found> methods) {}

    private Service inspect(ServiceBundle bundle) throws StartFailedException {
        try {
            ServiceFactory factory = new ServiceFactory(bundle);
            factory.checkBindings(launch.models().stream().map(Launch.BoundModel::slot).toList());
            return new Service(bundle, factory, ApiMethods.of(bundle.serviceClass()));
        } catch (BundleInvalidException e) {
            throw invalid(e);
        }
    }

    private void construct(Service found, Opening opening) throws StartFailedException {
        InferencePool threads =
                new InferencePool(
                        current,
                        launch.cores(),
                        launch.concurrency(),
                        waiting,
                        found.bundle().classLoader());
        pool.set(Optional.of(threads));
        Object instance = create(found, opening, threads);
        List<ApiMethod> methods = found.methods().stream().map(one -> one.bind(instance)).toList();
        ServiceRoutes.About about =
                new ServiceRoutes.About(
                        found.bundle().manifest().name(),
                        launch.bundle().version(),
                        found.bundle().manifest().description());
        Map<String, JointCalls> joint =
                JointBatches.of(methods, launch.env(), current, metrics, log);
        calls.set(
                Optional.of(
                        new ServiceCalls(
                                about.name(),
                                methods,
                                joint,
                                launch.maxBodyBytes(),
                                allocator,
                                log)));
        tasks.set(openTasks(methods, threads));
        service.set(
                Optional.of(
                        new ServiceRoutes(about, methods, json, allocator, tasks.get(), joint)));
        stages.reached("service");
    }

    private Optional<Tasks> openTasks(List<ApiMethod> methods, InferencePool threads)
            throws StartFailedException {
        Map<String, Tasks.Work> works = ServiceRoutes.tasks(methods, json, allocator, log);
        if (works.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    Tasks.open(
                            new Tasks.Settings(
                                    new ScratchFolder(launch.scratch()).tasks(),
                                    launch.replica(),
                                    () -> phase.get() == Phase.READY,
                                    Math.max(1, launch.concurrency() - 1),
                                    threads,
                                    log,
                                    InstantSource.system(),
                                    new SecureRandom()),
                            works));
        } catch (IOException e) {
            throw new StartFailedException(
                    Reason.START_FAILED, "the tasks of the scratch folder cannot be read: " + e, e);
        }
    }

    /** While models open: where one does not, that is the reason, and not what a service does without it. */
    private Object create(Service found, Opening opening, InferencePool threads)
            throws StartFailedException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(found.bundle().classLoader());
        try {
            opened.addFirst(ScratchFolder.make(launch.scratch()));
            Object instance =
                    found.factory()
                            .create(
                                    opening.promised(),
                                    new LaunchedContext(
                                            launch.cores(),
                                            launch.env(),
                                            launch.scratch(),
                                            threads));
            if (instance instanceof AutoCloseable closeable) {
                opened.addFirst(closeable);
            }
            return instance;
        } catch (BundleInvalidException e) {
            opening.await();
            throw invalid(e);
        } catch (IOException e) {
            throw new StartFailedException(
                    Reason.START_FAILED, "the scratch folder cannot be made: " + e, e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static StartFailedException invalid(BundleInvalidException e) {
        return new StartFailedException(Reason.BUNDLE_INVALID, String.valueOf(e.getMessage()), e);
    }

    private Opening opening(OnnxOptions options) throws StartFailedException {
        try {
            Device device = Device.of(launch.env());
            return new Opening(
                    launch.models(),
                    options.on(device),
                    FirstRuns.of(launch.env(), device),
                    () -> stages.reached("models"));
        } catch (IllegalArgumentException e) {
            throw new StartFailedException(Reason.START_FAILED, String.valueOf(e.getMessage()), e);
        }
    }

    /** One run may use what concurrent requests leave; a deployment that knows better says so. */
    private int threadsPerRun() {
        String wanted = launch.env().get("MARMITA_MODEL_THREADS");
        if (wanted != null && wanted.matches("[1-9][0-9]{0,3}")) {
            return Integer.parseInt(wanted);
        }
        return Math.max(1, launch.cores() / launch.concurrency());
    }

    /** The action is run when the process has run out of memory, takes no more, and is to be ended. */
    void onFailure(Runnable action) {
        var unused = failure.thenRun(action);
    }

    /** Whether the process has run out of memory. */
    boolean failed() {
        return failure.isDone();
    }

    /** The bound port. */
    public int port() {
        return port;
    }

    /** Answers what first clients ask, sent to itself. */
    void warmUp() throws IOException {
        new Warmup(launch.host(), port).run();
    }

    /**
     * Takes no more requests, lets accepted ones finish within the launch's time for that, and ends.
     * Idempotent.
     */
    @Override
    public void close() {
        if (phase.getAndSet(Phase.DRAINING) == Phase.DRAINING) {
            return;
        }
        long end = System.nanoTime() + Duration.ofMillis(launch.drainMillis()).toNanos();
        try {
            while (unfinished() > 0 && System.nanoTime() < end) {
                Thread.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.info("drained", Map.of("unfinished", unfinished()));
        release();
    }

    private int unfinishedTasks() {
        return tasks.get().map(Tasks::unfinished).orElse(0);
    }

    /**
     * What was accepted and has not ended: requests and tasks; results that somebody may be about to
     * fetch; and who must yet hear of the end.
     */
    private int unfinished() {
        return admission.inFlight()
                + tasks.get().map(Tasks::held).orElse(0)
                + trustingWatchers.getAsInt();
    }

    /** Closes in reverse order; leaves native memory alone while a thread may still be in it. */
    private void release() {
        tasks.get().ifPresent(Tasks::close);
        boolean idle =
                pool.get().map(threads -> threads.close(Duration.ofMillis(500))).orElse(true);
        for (AutoCloseable resource : opened) {
            if (!idle && resource instanceof Opening) {
                continue;
            }
            try {
                resource.close();
            } catch (Exception e) {
                log.error("something did not close", Map.of(), e);
            }
        }
        opened.clear();
    }
}
