package dev.marmita.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A platform in this JVM, on a home of its own, with real parts. */
final class RunningPlatform implements AutoCloseable {

    /** Built before this module. */
    static final Path RUNNER = Path.of("../runner/server/target/dist").toAbsolutePath().normalize();

    private final Path home;
    private final ConfigurableApplicationContext context;

    private RunningPlatform(Path home, ConfigurableApplicationContext context) {
        this.home = home;
        this.context = context;
    }

    static RunningPlatform start(Path home, String... arguments) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "--marmita.home=" + home,
                                "--marmita.port=0",
                                "--marmita.gateway.port=0",
                                "--marmita.scheduler.runner-home=" + RUNNER));
        all.addAll(List.of(arguments));
        return new RunningPlatform(home, MarmitaPlatform.start(all.toArray(String[]::new)));
    }

    static Path newHome() {
        try {
            return Files.createTempDirectory(Path.of("target"), "home").toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path home() {
        return home;
    }

    <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    ConfigurableApplicationContext context() {
        return context;
    }

    JsonNode connection() {
        return JsonMapper.shared().readTree(home.resolve("connection.json").toFile());
    }

    String url() {
        return connection().get("url").stringValue();
    }

    String gatewayUrl() {
        return connection().get("gatewayUrl").stringValue();
    }

    Client admin() {
        return client(connection().get("adminToken").stringValue());
    }

    Client client(String token) {
        return new Client(url(), token);
    }

    Client anonymous() {
        return new Client(url(), "");
    }

    void stop() {
        context.close();
    }

    @Override
    public void close() {
        stop();
        try (Stream<Path> files = Files.walk(home)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
