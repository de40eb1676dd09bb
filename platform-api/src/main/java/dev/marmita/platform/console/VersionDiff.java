package dev.marmita.platform.console;

import dev.marmita.registry.ModelVersion;
import dev.marmita.registry.ServiceVersion;
import dev.marmita.registry.TensorSpec;
import dev.marmita.registry.Version;
import dev.marmita.scheduler.Revision.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** In what two versions differ, field by field. */
final class VersionDiff {

    private VersionDiff() {}

    static List<Change> between(Version before, Version after) {
        Map<String, String> old = fields(before);
        Map<String, String> now = fields(after);
        var names = new TreeSet<>(old.keySet());
        names.addAll(now.keySet());
        List<Change> changes = new ArrayList<>();
        for (String name : names) {
            String was = old.getOrDefault(name, "");
            String is = now.getOrDefault(name, "");
            if (!was.equals(is)) {
                changes.add(new Change(name, was, is));
            }
        }
        return changes;
    }

    private static Map<String, String> fields(Version version) {
        Map<String, String> fields = new TreeMap<>();
        fields.put("digest", version.digest().toString());
        fields.put("size", Long.toString(version.size()));
        version.metadata().forEach((key, value) -> fields.put("metadata." + key, value));
        version.tags().forEach((key, value) -> fields.put("tags." + key, value));
        version.provenance().forEach((key, value) -> fields.put("provenance." + key, value));
        switch (version) {
            case ModelVersion model -> model(fields, model);
            case ServiceVersion service -> service(fields, service);
        }
        return fields;
    }

    private static void model(Map<String, String> fields, ModelVersion model) {
        model.description()
                .opsets()
                .forEach((domain, number) -> fields.put("opset." + domain, number.toString()));
        fields.put("producer", model.description().producer());
        for (TensorSpec input : model.description().signature().inputs()) {
            fields.put("input." + input.name(), input.datatype() + " " + input.shape());
        }
        for (TensorSpec output : model.description().signature().outputs()) {
            fields.put("output." + output.name(), output.datatype() + " " + output.shape());
        }
    }

    private static void service(Map<String, String> fields, ServiceVersion service) {
        fields.put("class", service.manifest().className());
        fields.put("description", service.manifest().description());
        service.manifest()
                .slots()
                .forEach(
                        (slot, model) ->
                                fields.put(
                                        "slot." + slot,
                                        model.description()
                                                + (model.optional() ? " (optional)" : "")));
    }
}
