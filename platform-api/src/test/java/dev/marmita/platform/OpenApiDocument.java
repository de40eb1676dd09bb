package dev.marmita.platform;

import dev.marmita.platform.access.Public;
import dev.marmita.platform.access.Requires;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
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
                                            verb.getKey(),
                                            schemas));
            paths.put(path.getKey(), path.getValue());
        }
        ObjectNode sorted = JSON.createObjectNode();
        paths.forEach(sorted::set);
        document.set("paths", sorted);
        rawBodies(sorted);
        List.of("Caller", "PageRequest", "MediaType", "JsonNode", "UsageQuery", "AuditQuery")
                .forEach(schemas::remove);
        ((ObjectNode) schemas.get("MoveLabelRequest").get("properties"))
                .set(
                        "expected",
                        JSON.readTree(
                                """
                                {"type": ["integer", "null"],
                                 "description": "where it points now; null: nowhere; absent: wherever"}"""));
        ((ObjectNode) schemas.get("AuditEventResponse").get("properties"))
                .set(
                        "event",
                        JSON.readTree(
                                """
                                {"type": "object",
                                 "description": "as it was hashed: at, actor, action, outcome, tenant, resource, …"}"""));
        ObjectNode sortedSchemas = JSON.createObjectNode();
        var all = new TreeMap<String, JsonNode>();
        schemas.properties().forEach(schema -> all.put(schema.getKey(), schema.getValue()));
        all.forEach(sortedSchemas::set);
        components.set("schemas", sortedSchemas);
        return document;
    }

    private record HandlerFacts(Requires requires, boolean open, String operation, boolean json) {}

    private static final Comparator<HandlerFacts> NAMING =
            Comparator.comparing((HandlerFacts facts) -> !facts.json())
                    .thenComparing(HandlerFacts::operation);

    /**
     * By verb and path; where handlers share them, the one that speaks JSON names the operation, or the
     * first by name: Spring keeps them in an order that is another in every process.
     */
    private static Map<String, HandlerFacts> facts(RunningPlatform platform) {
        var facts = new TreeMap<String, HandlerFacts>();
        platform.context()
                .getBean("requestMappingHandlerMapping", RequestMappingHandlerMapping.class)
                .getHandlerMethods()
                .forEach(
                        (info, method) -> {
                            HandlerFacts found = facts(info, method);
                            for (String path : info.getPatternValues()) {
                                for (RequestMethod verb : info.getMethodsCondition().getMethods()) {
                                    facts.merge(
                                            verb + " " + path,
                                            found,
                                            (one, other) ->
                                                    NAMING.compare(one, other) <= 0 ? one : other);
                                }
                            }
                        });
        return facts;
    }

    private static HandlerFacts facts(RequestMappingInfo info, HandlerMethod method) {
        return new HandlerFacts(
                method.getMethodAnnotation(Requires.class),
                method.hasMethodAnnotation(Public.class),
                operation(method.getBeanType(), method.getMethod().getName()),
                speaksJson(info.getProducesCondition().getProducibleMediaTypes())
                        && speaksJson(info.getConsumesCondition().getConsumableMediaTypes()));
    }

    /** Nothing declared: JSON. */
    private static boolean speaksJson(Set<MediaType> types) {
        return types.isEmpty() || types.contains(MediaType.APPLICATION_JSON);
    }

    private static String operation(Class<?> controller, String method) {
        return controller.getSimpleName().replace("Controller", "") + "." + method;
    }

    private static void complete(
            ObjectNode operation, HandlerFacts facts, String verb, ObjectNode schemas) {
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
        correctParameters(operation, schemas);
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

    /** What the generator takes for parameters but is not, and those that it takes several of for one. */
    private static void correctParameters(ObjectNode operation, ObjectNode schemas) {
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
                case "query" ->
                        described(parameter, schemas)
                                .forEach(
                                        (name, schema) ->
                                                corrected
                                                        .addObject()
                                                        .put("name", name)
                                                        .put("in", "query")
                                                        .put("required", false)
                                                        .set("schema", schema));
                default -> corrected.add(parameter);
            }
        }
        if (corrected.isEmpty()) {
            operation.remove("parameters");
        } else {
            operation.set("parameters", corrected);
        }
    }

    private static Map<String, JsonNode> described(JsonNode parameter, ObjectNode schemas) {
        String reference = parameter.get("schema").get("$ref").stringValue();
        var parts = new TreeMap<String, JsonNode>();
        schemas.get(reference.substring(reference.lastIndexOf('/') + 1))
                .get("properties")
                .properties()
                .forEach(part -> parts.put(part.getKey(), part.getValue()));
        return parts;
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
                    case "Model.publish", "Service.publish", "Deployment.put", "Secret.put" ->
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
        var secret = (ObjectNode) paths.get("/api/v1/tenants/{tenant}/secrets/{secret}").get("put");
        secret.set(
                "requestBody",
                JSON.readTree(
                        """
                        {"required": true, "content": {
                          "application/json": {"schema": {"$ref": "#/components/schemas/SecretRequest"}},
                          "application/octet-stream": {}}}"""));
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
