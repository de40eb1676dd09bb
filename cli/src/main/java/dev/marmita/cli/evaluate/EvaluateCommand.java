package dev.marmita.cli.evaluate;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Endpoint;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.command.CommandException;
import dev.marmita.cli.command.Context;
import dev.marmita.cli.command.EndpointName;
import dev.marmita.cli.command.Endpoints;
import dev.marmita.cli.command.ExitCode;
import dev.marmita.cli.command.ShortLivedToken;
import dev.marmita.cli.demo.DocumentEndpoint;
import dev.marmita.cli.output.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures an endpoint on documents with truth. */
@Command(
        mixinStandardHelpOptions = true,
        name = "evaluate",
        description =
                "Sends a folder of documents with truth through an endpoint and prints accuracy and speed.")
@SuppressWarnings("NullAway.Init") // picocli sets them
public final class EvaluateCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(
            paramLabel = "FOLDER",
            description = "With img/*, and truth/*.json (or box/*.csv and key/*.json).")
    private Path folder;

    @Option(
            names = "--endpoint",
            paramLabel = "TENANT/NAME",
            description = "The deployment; by default the demo's, which is made ready.")
    private @Nullable EndpointName endpoint;

    @Option(names = "--limit", paramLabel = "N", description = "Only the first N documents.")
    private int limit = Integer.MAX_VALUE;

    @Option(
            names = "--concurrency",
            paramLabel = "C",
            defaultValue = "1",
            description = "Requests at a time (default: ${DEFAULT-VALUE}).")
    private int concurrency;

    @Option(names = "--ocr-only", description = "Only read text, also where the truth has fields.")
    private boolean ocrOnly;

    @Option(names = "--json", paramLabel = "FILE", description = "Write the figures there.")
    private @Nullable Path json;

    @Option(
            names = "--save",
            paramLabel = "DIR",
            description = "Keep what was read, one JSON per document.")
    private @Nullable Path save;

    @Option(
            names = "--worst",
            paramLabel = "N",
            description = "Name the N documents with the lowest word F1.")
    private int worst;

    public EvaluateCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!Files.isDirectory(folder)) {
            throw new CommandException(ExitCode.USAGE, folder + " is not a folder");
        }
        if (concurrency < 1 || limit < 1) {
            throw new CommandException(
                    ExitCode.USAGE, "--concurrency and --limit must be at least 1");
        }
        DocumentSet documents = DocumentSet.open(folder, limit);
        boolean fields = !ocrOnly && documents.hasFields();
        try (Api api = context.connect()) {
            EndpointName target =
                    endpoint != null ? endpoint : new DocumentEndpoint(context, api).prepare("60s");
            try (ShortLivedToken token = ShortLivedToken.create(api, target, "marmita evaluate");
                    Endpoint client = new Endpoint(Endpoints.of(api, target), token.text())) {
                Evaluation evaluation =
                        new Evaluation(
                                context.terminal(),
                                client,
                                fields ? documents.extractRoute() : "ocr",
                                concurrency);
                Evaluation.Outcome outcome = evaluation.run(documents);
                report(target, documents, outcome, fields);
                return outcome.failures().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
            }
        }
    }

    private void report(
            EndpointName target, DocumentSet documents, Evaluation.Outcome outcome, boolean fields)
            throws IOException {
        Terminal terminal = context.terminal();
        OcrScore words = OcrScore.of(documents.truth(), outcome.pages());
        ScoreReport.lines(words).forEach(terminal::line);
        tools.jackson.databind.node.ObjectNode figures = Json.object();
        figures.put("folder", folder.toString()).put("endpoint", target.toString());
        figures.set("ocr", ScoreReport.json(words));
        if (fields) {
            FieldScore values = FieldScore.of(documents.truth(), outcome.pages());
            terminal.line();
            ScoreReport.lines(values).forEach(terminal::line);
            figures.set("fields", ScoreReport.json(values));
        }
        terminal.line();
        outcome.speed().lines().forEach(terminal::line);
        figures.set("speed", outcome.speed().json());
        printWorst(documents.truth(), outcome.pages());
        outcome.failures()
                .forEach((id, why) -> terminal.note("no answer for %s: %s".formatted(id, why)));
        figures.set("failures", Json.of(outcome.failures()));
        if (json != null) {
            Files.writeString(json, Json.pretty(figures) + "\n");
        }
        if (save != null) {
            Files.createDirectories(save);
            for (Map.Entry<String, Page> page : outcome.pages().entrySet()) {
                Files.writeString(
                        save.resolve(page.getKey() + ".json"),
                        Json.pretty(Pages.toJson(page.getValue())) + "\n");
            }
        }
    }

    private void printWorst(Map<String, Page> truth, Map<String, Page> got) {
        truth.entrySet().stream()
                .map(
                        it ->
                                Map.entry(
                                        it.getKey(),
                                        OcrScore.f1(
                                                it.getValue(),
                                                got.getOrDefault(it.getKey(), Page.EMPTY))))
                .sorted(Comparator.comparingDouble(Map.Entry::getValue))
                .limit(worst)
                .forEach(
                        it ->
                                context.terminal()
                                        .line(
                                                "worst %s  F1 %.3f"
                                                        .formatted(it.getKey(), it.getValue())));
    }
}
