package dev.marmita.benchmarks.serving;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A server in a process of its own. */
final class Server implements AutoCloseable {

    /** The same for all, and as the scheduler starts runners. */
    private static final List<String> FLAGS =
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-XX:+UseParallelGC",
                    "-Xmx1g");

    private static final int START_SECONDS = 60;

    private final Process process;
    private final int port;

    private Server(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    int port() {
        return port;
    }

    /** Memory that the server has, native memory included. */
    long residentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
            }
        }
        throw new IOException("no VmRSS");
    }

    /** Processor time that the server has used. */
    double cpuSeconds() {
        return process.info().totalCpuDuration().map(used -> used.toNanos() / 1e9).orElse(0.0);
    }

    /**
     * Our runner with that model, under the name {@code m}.
     *
     * @param home of the runner, with {@code lib} in it
     * @param work an empty folder
     */
    static Server runner(
            Path home, Path work, Path model, int cores, int concurrency, Map<String, String> env)
            throws IOException, InterruptedException {
        return runner(home, work, model, cores, concurrency, env, List.of());
    }

    /** With further flags for its JVM. */
    static Server runner(
            Path home,
            Path work,
            Path model,
            int cores,
            int concurrency,
            Map<String, String> env,
            List<String> flags)
            throws IOException, InterruptedException {
        Path bundle = work.resolve("bundle");
        Files.createDirectories(bundle.resolve("lib"));
        Files.writeString(
                bundle.resolve("service.yaml"),
                "name: bench\nclass: " + BenchService.class.getName() + "\nmodels:\n  model: {}\n");
        String entry = BenchService.class.getName().replace('.', '/') + ".class";
        try (var zip =
                        new ZipOutputStream(
                                Files.newOutputStream(bundle.resolve("lib/service.jar")));
                InputStream in = BenchService.class.getResourceAsStream("/" + entry)) {
            zip.putNextEntry(new ZipEntry(entry));
            java.util.Objects.requireNonNull(in).transferTo(zip);
        }
        int port = freePort();
        StringBuilder variables = new StringBuilder();
        env.forEach(
                (name, value) ->
                        variables
                                .append(variables.isEmpty() ? "" : ",")
                                .append("\"" + name + "\":\"" + value + "\""));
        Path launch =
                Files.writeString(
                        work.resolve("launch.json"),
                        """
                        {"tenant":"bench","deployment":"bench","revision":1,"replica":"bench-1",
                         "port":%d,"scratch":"%s","bundle":{"name":"bench","version":"1",
                         "digest":"sha256:bench","folder":"%s"},
                         "models":[{"slot":"model","name":"m","version":"1","digest":"sha256:m",
                         "file":"%s"}],"cores":%d,"concurrency":%d,"env":{%s}}
                        """
                                .formatted(
                                        port,
                                        work.resolve("scratch"),
                                        bundle,
                                        model,
                                        cores,
                                        concurrency,
                                        variables));
        List<String> command = java();
        command.addAll(flags);
        command.addAll(
                List.of(
                        "-cp",
                        home.resolve("lib") + "/*",
                        "dev.marmita.runner.RunnerMain",
                        launch.toString()));
        return start(command, work, port, "/readyz");
    }

    /**
     * DJL Serving with that model, under the name {@code m}; one worker for each core, no batches.
     *
     * @param home folder with {@code lib} and {@code plugins} in it
     */
    static Server djl(Path home, Path work, Path model, int cores)
            throws IOException, InterruptedException {
        Path folder = Files.createDirectories(work.resolve("m"));
        Files.copy(model, folder.resolve("m.onnx"));
        Files.writeString(
                folder.resolve("serving.properties"),
                """
                engine=OnnxRuntime
                batch_size=1
                minWorkers=%1$d
                maxWorkers=%1$d
                job_queue_size=1000
                option.intraOpNumThreads=1
                option.interOpNumThreads=1
                """
                        .formatted(cores));
        int port = freePort();
        Files.writeString(
                work.resolve("config.properties"),
                """
                inference_address=http://127.0.0.1:%1$d
                management_address=http://127.0.0.1:%1$d
                plugin_folder=%2$s
                load_models=m::OnnxRuntime=%3$s
                max_request_size=67108864
                """
                        .formatted(port, home.resolve("plugins"), folder.toUri()));
        Files.writeString(
                work.resolve("log4j2.xml"),
                """
                <Configuration><Appenders><Console name="c"/></Appenders>
                <Loggers><Root level="error"><AppenderRef ref="c"/></Root></Loggers></Configuration>
                """);
        List<String> command = java();
        command.addAll(
                List.of(
                        "-Dlog4j.configurationFile=" + work.resolve("log4j2.xml"),
                        "-cp",
                        home.resolve("lib") + "/*",
                        "ai.djl.serving.ModelServer",
                        "-f",
                        work.resolve("config.properties").toString()));
        return start(command, work, port, "/v2/models/m/ready");
    }

    static List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(FLAGS);
        return command;
    }

    private static Server start(List<String> command, Path work, int port, String ready)
            throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command)
                        .directory(work.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(work.resolve("log").toFile())
                        .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        Server server = new Server(process, port);
        URI uri = URI.create("http://127.0.0.1:" + port + ready);
        try (HttpClient client = HttpClient.newHttpClient()) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
            while (System.nanoTime() < end && process.isAlive()) {
                try {
                    if (client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.discarding())
                                    .statusCode()
                            == 200) {
                        return server;
                    }
                } catch (IOException e) {
                    // Not bound yet.
                }
                Thread.sleep(100);
            }
        }
        server.close();
        throw new IOException("the server did not start: " + Files.readString(work.resolve("log")));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
