package dev.marmita.runner.service;

import dev.marmita.runner.binding.JsonSchemas;
import dev.marmita.runner.binding.JsonSchemas.Use;
import dev.marmita.runner.binding.Shape;
import dev.marmita.runner.bundle.ApiMethod;
import dev.marmita.runner.bundle.ApiMethod.Input;
import dev.marmita.runner.bundle.ApiMethod.Output;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code /schema.json}, in the form that BentoML's clients read. */
final class Descriptions {

    private Descriptions() {}

    static Map<String, Object> schema(String service, List<ApiMethod> methods) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", service);
        document.put("type", "service");
        List<Object> routes = new ArrayList<>();
        for (ApiMethod method : methods) {
            Map<String, Object> route = new LinkedHashMap<>();
            route.put("name", method.name());
            route.put("route", method.route());
            if (!method.description().isEmpty()) {
                route.put("description", method.description());
                route.put("doc", method.description());
            }
            // There it tells that a list goes over the wire; here each request is one.
            route.put("batchable", false);
            route.put("input", input(method.input()));
            route.put("output", output(method.output()));
            route.put("is_task", method.task());
            routes.add(route);
        }
        document.put("routes", routes);
        return document;
    }

    private static Map<String, Object> input(Input input) {
        return switch (input) {
            case Input.None() -> ordered("type", "object", "properties", Map.of());
            case Input.Elements elements -> {
                Map<String, Object> schema = ordered("type", "string", "is_stream", true);
                schema.put("media_type", "application/x-ndjson");
                schema.put("contentSchema", described(elements.element(), Use.INPUT));
                yield schema;
            }
            case Input.Raw() -> {
                Map<String, Object> file = file();
                file.put("root_input", true);
                yield file;
            }
            case Input.Fields fields -> {
                JsonSchemas schemas = schemas();
                yield defined(schemas, schemas.object(fields.shape().type(), Use.INPUT));
            }
        };
    }

    private static Map<String, Object> output(Output output) {
        return switch (output) {
            case Output.Json json -> described(json.shape(), Use.OUTPUT);
            case Output.Text() -> ordered("type", "string", "media_type", "text/plain");
            case Output.Raw() -> file();
            case Output.Elements events -> {
                // A client sees the text of the events; what is in them, it decodes by itself.
                Map<String, Object> schema = ordered("type", "string", "is_stream", true);
                schema.put("media_type", HttpStreams.formats(events.element()).getFirst());
                schema.put("contentSchema", described(events.element(), Use.OUTPUT));
                yield schema;
            }
        };
    }

    private static Map<String, Object> described(Shape shape, Use use) {
        JsonSchemas schemas = schemas();
        return defined(
                schemas,
                shape instanceof Shape.Structure structure
                        ? schemas.object(structure.type(), use)
                        : schemas.of(shape, use));
    }

    private static Map<String, Object> defined(JsonSchemas schemas, Map<String, Object> schema) {
        if (!schemas.definitions().isEmpty()) {
            schema.put("$defs", schemas.definitions());
        }
        return schema;
    }

    private static JsonSchemas schemas() {
        return new JsonSchemas("#/$defs/", file());
    }

    private static Map<String, Object> file() {
        return ordered("type", "file", "format", "binary");
    }

    private static Map<String, Object> ordered(
            String firstKey, Object first, String secondKey, Object second) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(firstKey, first);
        map.put(secondKey, second);
        return map;
    }
}
