package dev.marmita.platform.console;

import dev.marmita.registry.Artifact;
import dev.marmita.registry.ArtifactQuery;
import dev.marmita.registry.ArtifactRef;
import dev.marmita.registry.ModelCatalog;
import dev.marmita.registry.PageRequest;
import dev.marmita.registry.RegistryException;
import dev.marmita.registry.ServiceCatalog;
import dev.marmita.registry.ServiceManifest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** What the form of a deployment offers: services with their slots, models with their labels; the first 300 of each. */
@Component
final class FormCatalog {

    private static final PageRequest FIRST = PageRequest.first(300);

    private final ModelCatalog models;
    private final ServiceCatalog services;
    private final JsonMapper json;

    FormCatalog(ModelCatalog models, ServiceCatalog services, JsonMapper json) {
        this.models = models;
        this.services = services;
        this.json = json;
    }

    String json() {
        List<Map<String, Object>> offeredServices = new ArrayList<>();
        for (Artifact service : services.list(ArtifactQuery.ALL, FIRST).items()) {
            Map<String, Object> offered = offer(service);
            offered.put("slots", slots(service.name()));
            offeredServices.add(offered);
        }
        List<Map<String, Object>> offeredModels =
                models.list(ArtifactQuery.ALL, FIRST).items().stream()
                        .map(FormCatalog::offer)
                        .toList();
        return json.writeValueAsString(
                Map.of("services", offeredServices, "models", offeredModels));
    }

    private Map<String, Object> slots(String service) {
        Map<String, Object> slots = new TreeMap<>();
        try {
            ServiceManifest manifest =
                    services.resolve(ArtifactRef.parse(service + ":latest")).manifest();
            manifest.slots()
                    .forEach(
                            (name, slot) ->
                                    slots.put(
                                            name,
                                            Map.of(
                                                    "description", slot.description(),
                                                    "optional", slot.optional())));
        } catch (RegistryException.NotFound noVersionYet) {
            return Map.of();
        }
        return slots;
    }

    private static Map<String, Object> offer(Artifact artifact) {
        Map<String, Object> offered = new LinkedHashMap<>();
        offered.put("name", artifact.name());
        offered.put("labels", new TreeMap<>(artifact.labels()));
        return offered;
    }
}
