package dev.marmita.runner.service;

import dev.marmita.runner.binding.JsonSchemas;
import dev.marmita.runner.binding.JsonSchemas.Use;
import dev.marmita.runner.binding.RecordType;
import dev.marmita.runner.binding.Shape;
import dev.marmita.runner.bundle.ApiMethod;
import dev.marmita.runner.bundle.ApiMethod.Input;
import dev.marmita.runner.bundle.ApiMethod.Output;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** {@code /docs.json}: the service's routes as OpenAPI 3.1. */
final class OpenApi {

    private static final String ERROR = "Error";
    private static final String BINARY = "application/octet-stream";

    private final JsonSchemas schemas =
            new JsonSchemas(
                    "#/components/schemas/", Map.of("type", "string", "contentEncoding", "base64"));

    private final Set<String> ids = new HashSet<>();

    private OpenApi() {}

    static Map<String, Object> document(
            String name, String version, String description, List<ApiMethod> methods) {
        return new OpenApi().make(name, version, description, methods);
    }

    private Map<String, Object> make(
            String name, String version, String description, List<ApiMethod> methods) {
        Map<String, Object> info = ordered("title", name, "version", version);
        if (!description.isEmpty()) {
            info.put("description", description);
        }
        Map<String, Object> paths = new LinkedHashMap<>();
        schemas.reserve(ERROR);
        schemas.reserve(TaskOperations.SCHEMA);
        TaskOperations tasks = new TaskOperations(this::id);
        for (ApiMethod method : methods) {
            Map<String, Object> operation = operation(method);
            paths.put(method.route(), ordered("post", operation));
            if (method.task()) {
                tasks.describe(method, operation, success(method), paths);
                schemas.definitions().put(TaskOperations.SCHEMA, TaskOperations.schema());
            }
        }
        schemas.definitions()
                .put(
                        ERROR,
                        ordered(
                                "type",
                                "object",
                                "properties",
                                ordered(
                                        "error",
                                        Map.of("type", "string"),
                                        "detail",
                                        Map.of("type", "object")),
                                "required",
                                List.of("error")));
        Map<String, Object> document = ordered("openapi", "3.1.0", "info", info);
        // Relative to this document, which stands behind an endpoint's prefix.
        document.put("servers", List.of(Map.of("url", ".")));
        document.put("paths", paths);
        document.put("components", ordered("schemas", schemas.definitions()));
        return document;
    }

    private Map<String, Object> operation(ApiMethod method) {
        Map<String, Object> operation = ordered("operationId", id(method.route()));
        if (!method.description().isEmpty()) {
            operation.put("summary", method.description());
        }
        if (method.streams()) {
            operation.put(
                    "description",
                    "Also a WebSocket: a message for every element, an empty text for the end of"
                            + " yours. A schema here is that of one element of a stream.");
        }
        if (method.input() instanceof Input.Fields fields && fields.rawField().isPresent()) {
            operation.put("parameters", queryParameters(fields));
        }
        Map<String, Object> content = requestContent(method.input());
        if (!content.isEmpty()) {
            operation.put("requestBody", ordered("required", true, "content", content));
        }
        Map<String, Object> responses = new LinkedHashMap<>();
        responses.put("200", success(method));
        failures(responses);
        operation.put("responses", responses);
        return operation;
    }

    private Map<String, Object> success(ApiMethod method) {
        return ordered("description", "The result", "content", result(method.output()));
    }

    static void failures(Map<String, Object> responses) {
        responses.put("400", error("The request does not fit"));
        responses.put("413", error("The request is too large"));
        responses.put("415", error("The media type is not taken"));
        responses.put("503", error("Busy, starting or stopping; try again"));
        responses.put("504", error("Not answered in time"));
        responses.put("default", error("Another failure"));
    }

    /** Unique, though two routes may differ in nothing but their slashes. */
    private String id(String route) {
        String wanted = route.substring(1).replace('/', '_');
        String id = wanted;
        for (int n = 2; !ids.add(id); n++) {
            id = wanted + "_" + n;
        }
        return id;
    }

    private Map<String, Object> requestContent(Input input) {
        Map<String, Object> content = new LinkedHashMap<>();
        switch (input) {
            case Input.None() -> {}
            case Input.Raw() -> content.put("*/*", Map.of());
            case Input.Elements elements ->
                    content.put(
                            elements.element() instanceof Shape.Bytes
                                    ? "*/*"
                                    : "application/x-ndjson",
                            ordered("schema", schemas.of(elements.element(), Use.INPUT)));
            case Input.Fields fields -> {
                Map<String, Object> reference = schemas.of(fields.shape(), Use.INPUT);
                content.put("application/json", ordered("schema", reference));
                content.put("multipart/form-data", ordered("schema", form(fields)));
                fields.rawField()
                        .flatMap(name -> fields.shape().type().field(name))
                        .ifPresent(
                                field -> {
                                    List<String> accepted =
                                            field.shape() instanceof Shape.Bytes bytes
                                                    ? bytes.accept()
                                                    : List.of();
                                    accepted.forEach(type -> content.put(type, Map.of()));
                                    if (accepted.isEmpty()) {
                                        content.put(BINARY, Map.of());
                                    }
                                });
            }
        }
        return content;
    }

    /** In a form a file is raw bytes, not base64. */
    @SuppressWarnings("unchecked")
    private Map<String, Object> form(Input.Fields fields) {
        Map<String, Object> form = schemas.object(fields.shape().type(), Use.INPUT);
        Map<String, Object> properties =
                (Map<String, Object>) Objects.requireNonNull(form.get("properties"));
        for (RecordType.Field field : fields.shape().type().fields()) {
            Map<String, Object> file = ordered("type", "string", "contentMediaType", BINARY);
            if (!field.description().isEmpty()) {
                file.put("description", field.description());
            }
            if (field.shape() instanceof Shape.Bytes) {
                properties.put(field.name(), file);
            } else if (field.shape() instanceof Shape.Listing listing
                    && listing.element() instanceof Shape.Bytes) {
                properties.put(field.name(), ordered("type", "array", "items", file));
            }
        }
        return form;
    }

    private List<Object> queryParameters(Input.Fields fields) {
        List<Object> parameters = new ArrayList<>();
        for (RecordType.Field field : fields.shape().type().fields()) {
            boolean scalar =
                    switch (field.shape()) {
                        case Shape.Bytes ignored -> false;
                        case Shape.Structure ignored -> false;
                        case Shape.Mapping ignored -> false;
                        case Shape.Anything ignored -> false;
                        default -> true;
                    };
            if (scalar) {
                Map<String, Object> parameter =
                        ordered(
                                "name",
                                field.name(),
                                "in",
                                "query",
                                "schema",
                                schemas.of(field.shape(), Use.INPUT));
                parameter.put(
                        "description",
                        "With a raw body. "
                                + (field.description().isEmpty() ? "" : field.description()));
                parameters.add(parameter);
            }
        }
        return parameters;
    }

    private Map<String, Object> result(Output output) {
        return switch (output) {
            case Output.Json json ->
                    ordered(
                            "application/json",
                            ordered("schema", schemas.of(json.shape(), Use.OUTPUT)));
            case Output.Text() ->
                    ordered("text/plain", ordered("schema", Map.of("type", "string")));
            case Output.Raw() -> ordered("*/*", Map.of());
            case Output.Elements elements -> streamed(elements.element());
        };
    }

    /** An element stands for the body: OpenAPI 3.1 knows no streams. */
    private Map<String, Object> streamed(Shape element) {
        Map<String, Object> content = new LinkedHashMap<>();
        for (String format : HttpStreams.formats(element)) {
            content.put(format, ordered("schema", schemas.of(element, Use.OUTPUT)));
        }
        return content;
    }

    static Map<String, Object> error(String description) {
        return ordered(
                "description",
                description,
                "content",
                ordered(
                        "application/json",
                        ordered("schema", Map.of("$ref", "#/components/schemas/" + ERROR))));
    }

    static Map<String, Object> ordered(Object... keysAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            map.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return map;
    }
}
