package dev.marmita.cli.evaluate;

import dev.marmita.cli.api.Answer;
import dev.marmita.cli.api.Endpoint;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.api.UnreachableException;
import dev.marmita.cli.command.CommandException;
import dev.marmita.cli.output.Progress;
import dev.marmita.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import tools.jackson.databind.JsonNode;

/** Sends documents to an endpoint, so many at a time, and keeps what it read and how long it took. */
final class Evaluation {
    private static final int ATTEMPTS = 3;

    private final Terminal terminal;
    private final Endpoint endpoint;
    private final String route;
    private final int concurrency;

    Evaluation(Terminal terminal, Endpoint endpoint, String route, int concurrency) {
        this.terminal = terminal;
        this.endpoint = endpoint;
        this.route = route;
        this.concurrency = concurrency;
    }

    /**
     * @param pages what was read, by document
     * @param failures why a document got no answer
     */
    record Outcome(
            SortedMap<String, Page> pages, SortedMap<String, String> failures, Speed speed) {}

    private record Read(String id, Answer answer) {}

    Outcome run(DocumentSet documents) throws IOException, InterruptedException {
        Path one = documents.files().firstEntry().getValue();
        Answer first;
        try (Progress progress = Progress.start(terminal, "first document")) {
            first = post(one);
            progress.done("");
        }
        if (!first.isOk()) {
            first.orThrow();
        }
        long started = System.nanoTime();
        List<Read> reads;
        try (Progress progress =
                Progress.start(terminal, "%d documents".formatted(documents.files().size()))) {
            reads = sendAll(documents.files(), progress);
            progress.done("");
        }
        return outcome(reads, first.took(), Duration.ofNanos(System.nanoTime() - started));
    }

    private List<Read> sendAll(Map<String, Path> files, Progress progress)
            throws InterruptedException {
        ConcurrentLinkedQueue<Map.Entry<String, Path>> waiting =
                new ConcurrentLinkedQueue<>(files.entrySet());
        ConcurrentLinkedQueue<Read> done = new ConcurrentLinkedQueue<>();
        progress.count(0, files.size());
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> all = new ArrayList<>();
            for (int i = 0; i < concurrency; i++) {
                all.add(
                        senders.submit(
                                () -> {
                                    for (Map.Entry<String, Path> next = waiting.poll();
                                            next != null;
                                            next = waiting.poll()) {
                                        done.add(new Read(next.getKey(), post(next.getValue())));
                                        progress.count(done.size(), files.size());
                                    }
                                    return null;
                                }));
            }
            for (Future<?> sender : all) {
                sender.get();
            }
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof UnreachableException nobody) {
                throw nobody;
            }
            throw new CommandException("A document could not be sent: " + failed.getCause());
        }
        return List.copyOf(done);
    }

    /** A busy endpoint says when to come again; that wait is not part of what a page takes. */
    private Answer post(Path file) throws IOException, InterruptedException {
        Answer answer = endpoint.post(route, file, Endpoint.contentType(file));
        for (int attempt = 1; attempt < ATTEMPTS && isBusy(answer); attempt++) {
            String after = answer.headers().firstValue("Retry-After").orElse("1");
            Thread.sleep(
                    Duration.ofSeconds(after.matches("[0-9]{1,2}") ? Long.parseLong(after) : 1));
            answer = endpoint.post(route, file, Endpoint.contentType(file));
        }
        return answer;
    }

    private static boolean isBusy(Answer answer) {
        return answer.status() == 429 || answer.status() == 503;
    }

    private Outcome outcome(List<Read> reads, Duration first, Duration wall) {
        SortedMap<String, Page> pages = new TreeMap<>();
        SortedMap<String, String> failures = new TreeMap<>();
        List<Duration> times = new ArrayList<>();
        Map<String, Double> stages = new HashMap<>();
        for (Read read : reads) {
            if (!read.answer().isOk()) {
                failures.put(
                        read.id(),
                        "%d %s"
                                .formatted(
                                        read.answer().status(), read.answer().problem().detail()));
                continue;
            }
            pages.put(read.id(), page(read.answer().json()));
            times.add(read.answer().took());
            read.answer()
                    .serverTiming()
                    .forEach((stage, ms) -> stages.merge(stage, ms, Double::sum));
        }
        int answered = Math.max(1, pages.size());
        stages.replaceAll((_, sum) -> sum / answered);
        return new Outcome(
                pages, failures, new Speed(first, wall, pages.size(), concurrency, times, stages));
    }

    /** The endpoint's answer as a page: the lines of all its pages, and the values of its fields and metadata. */
    static Page page(JsonNode answer) {
        List<Line> lines = new ArrayList<>();
        for (JsonNode page : answer.path("pages")) {
            for (JsonNode line : page.path("lines")) {
                lines.add(new Line(Json.text(line, "text"), Pages.extent(line.path("box"))));
            }
        }
        Map<String, String> fields = new HashMap<>();
        answer.path("fields")
                .properties()
                .forEach(
                        it -> {
                            JsonNode value = it.getValue();
                            String text =
                                    value.isObject()
                                            ? Json.text(value, "value")
                                            : value.asString("");
                            if (!text.isBlank()) {
                                fields.put(it.getKey(), text);
                            }
                        });
        for (JsonNode item : answer.path("metadata").path("fields")) {
            String text = Json.text(item, "value");
            if (!text.isBlank()) {
                fields.putIfAbsent(Json.text(item, "name"), text);
            }
        }
        return new Page(lines, fields);
    }
}
