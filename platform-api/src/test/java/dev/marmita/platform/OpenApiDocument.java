package dev.marmita.platform;

import dev.marmita.platform.access.Public;
import dev.marmita.platform.access.Requires;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the generator does not know: permissions, problems, headers that filters take, bodies that are read raw. */
final class OpenApiDocument {

    private static final JsonMapper JSON = JsonMapper.shared();

    private OpenApiDocument() {}

    static JsonNode finished(JsonNode generated, RunningPlatform platform) {
        var document = (ObjectNode) generated;
        document.set(
                "info",
                JSON.readTree(
                        """
                        {"title": "Marmita control API", "version": "v1",
                         "description": "Models, services, tenants, deployments. Errors are RFC 9457 problems.",
                         "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}"""));
        document.set("servers", JSON.readTree("[{\"url\": \"http://127.0.0.1:8470\"}]"));
        document.remove("tags");
        var components = (ObjectNode) document.get("components");
        components.set(
                "securitySchemes",
                JSON.readTree("{\"token\": {\"type\": \"http\", \"scheme\": \"bearer\"}}"));
        var schemas = (ObjectNode) components.get("schemas");
        schemas.set(
                "Problem",
                JSON.readTree(
                        """
                        {"type": "object", "required": ["type", "title", "status", "detail", "requestId"],
                         "properties": {
                           "type": {"type": "string", "description": "urn:marmita:error:<slug>"},
                           "title": {"type": "string"}, "status": {"type": "integer"},
                           "detail": {"type": "string"}, "requestId": {"type": "string"},
                           "errors": {"type": "array", "items": {"type": "object",
                             "properties": {"field": {"type": "string"}, "message": {"type": "string"}}}}}}"""));
        Map<String, HandlerFacts> facts = facts(platform);
        var paths = new TreeMap<String, JsonNode>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            if (!path.getKey().startsWith("/api/v1/")) {
                continue;
            }
            path.getValue()
                    .properties()
                    .forEach(
                            verb ->
                                    complete(
                                            (ObjectNode) verb.getValue(),
                                            facts.get(
                                                    verb.getKey().toUpperCase(java.util.Locale.ROOT)
                                                            + " "
                                                            + path.getKey()),
                                            verb.getKey()));
            paths.put(path.getKey(), path.getValue());
        }
        ObjectNode sorted = JSON.createObjectNode();
        paths.forEach(sorted::set);
        document.set("paths", sorted);
        rawBodies(sorted);
        List.of("Caller", "PageRequest", "MediaType", "JsonNode").forEach(schemas::remove);
        ((ObjectNode) schemas.get("MoveLabelRequest").get("properties"))
                .set(
                        "expected",
                        JSON.readTree(
                                """
                                {"type": ["integer", "null"],
                                 "description": "where it points now; null: nowhere; absent: wherever"}"""));
        ObjectNode sortedSchemas = JSON.createObjectNode();
        var all = new TreeMap<String, JsonNode>();
        schemas.properties().forEach(schema -> all.put(schema.getKey(), schema.getValue()));
        all.forEach(sortedSchemas::set);
        components.set("schemas", sortedSchemas);
        return document;
    }

    private record HandlerFacts(Requires requires, boolean open, String operation) {}

    private static Map<String, HandlerFacts> facts(RunningPlatform platform) {
        var facts = new TreeMap<String, HandlerFacts>();
        platform.context()
                .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .forEach(
                        (info, method) ->
                                info.getPatternValues()
                                        .forEach(
                                                path ->
                                                        info.getMethodsCondition()
                                                                .getMethods()
                                                                .forEach(
                                                                        verb ->
                                                                                facts.put(
                                                                                        verb + " "
                                                                                                + path,
                                                                                        new HandlerFacts(
                                                                                                method
                                                                                                        .getMethodAnnotation(
                                                                                                                Requires
                                                                                                                        .class),
                                                                                                method
                                                                                                        .hasMethodAnnotation(
                                                                                                                Public
                                                                                                                        .class),
                                                                                                operation(
                                                                                                        method
                                                                                                                .getBeanType(),
                                                                                                        method.getMethod()
                                                                                                                .getName()))))));
        return facts;
    }

    private static String operation(Class<?> controller, String method) {
        return controller.getSimpleName().replace("Controller", "") + "." + method;
    }

    private static void complete(ObjectNode operation, HandlerFacts facts, String verb) {
        operation.put("operationId", facts.operation());
        operation.set(
                "tags",
                JSON.createArrayNode()
                        .add(
                                facts.operation()
                                        .replaceAll("\\..*", "")
                                        .toLowerCase(java.util.Locale.ROOT)));
        if (!facts.open()) {
            operation.set("security", JSON.readTree("[{\"token\": []}]"));
            operation.put(
                    "x-permission",
                    facts.requires()
                            .value()
                            .name()
                            .toLowerCase(java.util.Locale.ROOT)
                            .replace('_', '-'));
        }
        correctParameters(operation);
        correctResponses(operation);
        if (verb.equals("post")) {
            parameters(operation)
                    .add(
                            JSON.readTree(
                                    """
                                    {"name": "Idempotency-Key", "in": "header", "required": false,
                                     "description": "Repeats within 24 hours get the first answer",
                                     "schema": {"type": "string", "maxLength": 255}}"""));
        }
        ((ObjectNode) operation.get("responses"))
                .set(
                        "default",
                        JSON.readTree(
                                """
                                {"description": "A problem", "content": {"application/problem+json":
                                  {"schema": {"$ref": "#/components/schemas/Problem"}}}}"""));
    }

    /** What the generator takes for parameters but is not, and the pages' two, which it takes for one. */
    private static void correctParameters(ObjectNode operation) {
        ArrayNode corrected = JSON.createArrayNode();
        for (JsonNode parameter : parameters(operation)) {
            switch (parameter.get("name").stringValue()) {
                case "caller", "type", "Content-Type" -> {}
                case "page" -> {
                    corrected.add(
                            JSON.readTree(
                                    """
                                    {"name": "pageSize", "in": "query", "required": false,
                                     "schema": {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}}"""));
                    corrected.add(
                            JSON.readTree(
                                    """
                                    {"name": "pageToken", "in": "query", "required": false,
                                     "description": "nextPageToken of the page before",
                                     "schema": {"type": "string"}}"""));
                }
                default -> corrected.add(parameter);
            }
        }
        if (corrected.isEmpty()) {
            operation.remove("parameters");
        } else {
            operation.set("parameters", corrected);
        }
    }

    /** The statuses of answers that handlers choose themselves. */
    private static void correctResponses(ObjectNode operation) {
        var responses = (ObjectNode) operation.get("responses");
        for (Map.Entry<String, JsonNode> response : responses.properties()) {
            var content = (ObjectNode) response.getValue().get("content");
            if (content != null && content.has("*/*")) {
                content.set("application/json", content.remove("*/*"));
            }
        }
        String name = operation.get("operationId").stringValue();
        List<String> statuses =
                switch (name) {
                    case "Model.create", "Service.create", "Upload.open" -> List.of("201");
                    case "Model.publish", "Service.publish", "Deployment.put" ->
                            List.of("200", "201");
                    case "Tenant.delete" -> List.of("202", "204");
                    case "Model.content", "Service.content" -> List.of("200", "307");
                    default -> List.of();
                };
        if (!statuses.isEmpty()) {
            JsonNode only = responses.remove("200");
            statuses.forEach(status -> responses.set(status, described(only, status)));
        }
        responses
                .properties()
                .forEach(
                        response ->
                                responses.set(
                                        response.getKey(),
                                        described(response.getValue(), response.getKey())));
    }

    private static JsonNode described(JsonNode response, String status) {
        var copy = (ObjectNode) response.deepCopy();
        copy.put("description", HttpStatus.valueOf(Integer.parseInt(status)).getReasonPhrase());
        if (status.equals("307")) {
            copy.remove("content");
        }
        return copy;
    }

    private static ArrayNode parameters(ObjectNode operation) {
        if (!operation.has("parameters")) {
            operation.putArray("parameters");
        }
        return (ArrayNode) operation.get("parameters");
    }

    /** Handlers that read the body themselves. */
    private static void rawBodies(ObjectNode paths) {
        var chunk = (ObjectNode) paths.get("/api/v1/uploads/{id}").get("put");
        chunk.set(
                "requestBody",
                JSON.readTree(
                        "{\"required\": true, \"content\": {\"application/octet-stream\": {}}}"));
        var spec =
                (ObjectNode)
                        paths.get("/api/v1/tenants/{tenant}/deployments/{deployment}").get("put");
        spec.set(
                "requestBody",
                JSON.readTree(
                        """
                        {"required": true, "content": {
                          "application/json": {"schema": {"$ref": "/api/v1/schemas/deployment.json"}},
                          "application/yaml": {"schema": {"$ref": "/api/v1/schemas/deployment.json"}}}}"""));
    }
}
