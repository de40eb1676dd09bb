package dev.marmita.cli.demo;

import dev.marmita.cli.api.Answer;
import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.Endpoint;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.command.CommandException;
import dev.marmita.cli.command.Context;
import dev.marmita.cli.command.DeploymentWatch;
import dev.marmita.cli.command.Endpoints;
import dev.marmita.cli.command.ExitCode;
import dev.marmita.cli.output.Progress;
import dev.marmita.cli.output.Terminal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows the main job of the platform, from pushed models to documents read through a protected endpoint. */
@Command(
        mixinStandardHelpOptions = true,
        name = "demo",
        description =
                "Pushes models and a service, deploys them for a tenant, and reads documents.")
public final class DemoCommand implements Callable<Integer> {
    private static final String IDLE_TIMEOUT = "8s";
    private static final Duration SLEEP_BOUND = Duration.ofMinutes(3);

    private final Context context;
    private final Terminal terminal;
    private final String route;

    public DemoCommand(Context context) {
        this.context = context;
        this.terminal = context.terminal();
        this.route = route(LocalDate.now(ZoneId.systemDefault()));
    }

    /** What a digitising person knows is sent along; the rest is read from the document. */
    private static String route(LocalDate today) {
        return "extract?digitisedBy=%s&digitisedPlace=%s&digitisedAt=%s"
                .formatted(Api.encode("Maria da Silva"), Api.encode("São Paulo"), today);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Assets assets = Assets.find();
        try (Api api = context.connect()) {
            DocumentEndpoint documents = new DocumentEndpoint(context, api);
            step(1, "Models and service into the registry");
            var models = documents.pushModels(assets);
            String service = documents.pushService(assets);
            step(2, "A tenant and its token");
            boolean made = documents.createTenant();
            terminal.line(
                    "tenant %s%s"
                            .formatted(
                                    DocumentEndpoint.NAME.tenant(),
                                    made ? "" : " (was there already)"));
            String token = createToken(api);
            step(3, "Deploy");
            documents.deploy(service, models, IDLE_TIMEOUT);
            URI base = Endpoints.of(api, DocumentEndpoint.NAME);
            terminal.line("endpoint " + base);
            try (Endpoint endpoint = new Endpoint(base, token)) {
                step(4, "Only with the token");
                showRefusals(base, assets.samples().getFirst());
                step(5, "Read documents");
                List<Timing> timings = readAll(api, endpoint, assets.samples());
                step(6, "Scale to zero, and wake up");
                timings.add(sleepAndWake(api, endpoint, assets.samples().getFirst()));
                new Summary(terminal).print(timings, base, token, assets.samples().getFirst());
            }
            return ExitCode.OK;
        }
    }

    private void step(int number, String title) {
        terminal.line();
        terminal.line(terminal.bold("%d/6  %s".formatted(number, title)));
    }

    private static String createToken(Api api) {
        ObjectNode request = Json.object().put("name", "marmita demo").put("expiresIn", "1d");
        request.set("scopes", Json.of(List.of("invoke")));
        JsonNode token =
                api.post(Api.path("tenants", DocumentEndpoint.NAME.tenant(), "tokens"), request);
        return Json.text(token, "token");
    }

    private void showRefusals(URI base, Path sample) throws IOException, InterruptedException {
        for (String wrong : List.of("", "mrm_this-is-not-a-token")) {
            try (Endpoint stranger = new Endpoint(base, wrong)) {
                Answer answer = stranger.post(route, sample, Endpoint.contentType(sample));
                String who = wrong.isEmpty() ? "without a token" : "with a wrong token";
                if (answer.status() != 401) {
                    throw new CommandException(
                            "The endpoint answered %d %s; it must refuse."
                                    .formatted(answer.status(), who));
                }
                terminal.line(
                        "%s: %s %s"
                                .formatted(who, terminal.good("401"), answer.problem().detail()));
            }
        }
    }

    private List<Timing> readAll(Api api, Endpoint endpoint, List<Path> samples)
            throws IOException, InterruptedException {
        List<Timing> timings = new ArrayList<>();
        for (Path sample : samples) {
            boolean cold = sleeps(api.get(DocumentEndpoint.NAME.path()));
            Answer first = read(endpoint, sample, cold ? "cold start" : "awake");
            Answer second = read(endpoint, sample, "again");
            new DocumentReport(terminal).print(sample, second);
            timings.add(new Timing(sample.getFileName().toString(), cold, first, second));
        }
        return timings;
    }

    private Timing sleepAndWake(Api api, Endpoint endpoint, Path sample)
            throws IOException, InterruptedException {
        new DeploymentWatch(api, terminal, DocumentEndpoint.NAME)
                .await(
                        "no request for %s: the replica goes".formatted(IDLE_TIMEOUT),
                        SLEEP_BOUND,
                        DemoCommand::sleeps);
        Answer first = read(endpoint, sample, "wakes it up");
        Answer second = read(endpoint, sample, "again");
        return new Timing(sample.getFileName() + " after sleep", true, first, second);
    }

    private Answer read(Endpoint endpoint, Path sample, String how)
            throws IOException, InterruptedException {
        try (Progress progress =
                Progress.start(terminal, "%s, %s".formatted(sample.getFileName(), how))) {
            Answer answer = endpoint.post(route, sample, Endpoint.contentType(sample)).orThrow();
            progress.done("");
            return answer;
        }
    }

    /** Whether no replica runs or starts. */
    static boolean sleeps(JsonNode deployment) {
        JsonNode status = deployment.path("status");
        return Json.items(status.path("replicas")).stream()
                .allMatch(it -> Json.text(it, "state").equals("Ended"));
    }
}
