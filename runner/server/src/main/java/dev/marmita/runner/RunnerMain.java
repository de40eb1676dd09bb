package dev.marmita.runner;

import dev.marmita.runner.StartFailedException.Reason;
import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.JsonWriting;
import dev.marmita.runner.log.Log;
import dev.marmita.runner.training.Training;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The runner's process: {@code RunnerMain launch.json}; {@code RunnerMain --standby warm launch.json}, which
 * waits until it is told that the launch file is there; or for an author of a service {@code RunnerMain
 * --bundle … --model slot=file}; {@code RunnerMain --train folder} is for a JVM that records its AOT cache. Ends with status 0 after SIGTERM, 2 where the bundle and 3 where a model
 * cannot be served, 1 otherwise.
 */
public final class RunnerMain {

    private static final String TRAIN = "--train";

    private RunnerMain() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    private static int run(String[] args) {
        Libraries.prepare();
        Log log = Log.standard();
        Optional<Path> failureFile = Optional.empty();
        try {
            boolean waits = args.length == 3 && args[0].equals("--standby");
            if (waits && !Standby.await(Path.of(args[1]), System.in)) {
                return 0;
            }
            long begun = waits ? System.nanoTime() : Stages.processStart();
            Launch launch = launch(waits ? new String[] {args[2]} : args);
            failureFile = launch.failureFile();
            try (GivenSecrets secrets = GivenSecrets.take(launch, System.in)) {
                return serve(secrets.launch(), log, begun);
            }
        } catch (DeveloperMode.UsageException e) {
            System.err.println(e.getMessage());
            return 64;
        } catch (StartFailedException e) {
            report(e, log);
            failureFile.ifPresent(file -> tell(file, e, log));
            return e.reason().exitCode();
        }
    }

    /** With a trace where it tells the author of a service more than the message does. */
    private static void report(StartFailedException failure, Log log) {
        String message = "cannot start: " + failure.getMessage();
        Map<String, String> fields = Map.of("reason", failure.reason().text());
        Throwable cause = failure.getCause();
        if (cause == null || cause.getCause() == null) {
            log.warn(message, fields);
        } else {
            log.error(message, fields, cause.getCause());
        }
    }

    private static Launch launch(String[] args)
            throws StartFailedException, DeveloperMode.UsageException {
        if (args.length == 2 && args[0].equals(TRAIN)) {
            return LaunchFile.read(trainingLaunch(Path.of(args[1])));
        }
        return args.length == 1 && !args[0].startsWith("-")
                ? LaunchFile.read(Path.of(args[0]))
                : DeveloperMode.launch(args);
    }

    private static Path trainingLaunch(Path folder) throws StartFailedException {
        try {
            return Training.prepare(folder);
        } catch (IOException e) {
            throw new StartFailedException(
                    Reason.START_FAILED, "the training folder cannot be written: " + e, e);
        }
    }

    private static int serve(Launch launch, Log log, long begun) throws StartFailedException {
        // Before the start, for SIGTERM may come during it: a process that nobody waits for must
        // go.
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        Thread hook =
                Thread.ofPlatform()
                        .name("stop")
                        .unstarted(() -> stopByHook(stop, stopped, launch.drainMillis()));
        Runtime.getRuntime().addShutdownHook(hook);
        try (Runner runner = Runner.start(launch, log, begun)) {
            if (launch.exitAfterWarmup()) {
                runner.warmUp();
                log.info("ended after the start, as asked", Map.of("port", runner.port()));
                return 0;
            }
            runner.onFailure(stop::countDown);
            stop.await();
            return runner.failed() ? 1 : 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        } catch (IOException e) {
            throw new StartFailedException(
                    Reason.START_FAILED, "the training run did not reach its own server", e);
        } finally {
            stopped.countDown();
            unhook(hook);
        }
    }

    /** On SIGTERM: the main thread drains; then the process ends with 0 and not with the signal's status. */
    private static void stopByHook(CountDownLatch stop, CountDownLatch stopped, long drainMillis) {
        stop.countDown();
        try {
            boolean inTime = stopped.await(drainMillis + 5_000, TimeUnit.MILLISECONDS);
            Runtime.getRuntime().halt(inTime ? 0 : 1);
        } catch (InterruptedException e) {
            Runtime.getRuntime().halt(1);
        }
    }

    private static void unhook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It is running: that is why we are here.
        }
    }

    private static void tell(Path file, StartFailedException failure, Log log) {
        Map<String, Object> document = new LinkedHashMap<>();
        Reason reason = failure.reason();
        document.put("reason", reason.text());
        document.put("message", String.valueOf(failure.getMessage()));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var generator = new Json(1 << 20).generator(bytes)) {
            JsonWriting.anything(generator, document);
        }
        try {
            Atomically.write(file, bytes.toString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            log.error("the failure file cannot be written", Map.of(), e);
        }
    }
}
