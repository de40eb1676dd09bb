package dev.marmita.runner;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.dialect.Dialects;
import dev.marmita.runner.testing.TestBundle;
import dev.marmita.runner.testing.TestRunner;
import dev.marmita.runner.testing.TinyOnnx;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/** What services tell of themselves, held against the specifications by a validator of JSON Schema. */
class DescriptionsTest {

    private static final ObjectMapper MAPPER = JsonMapper.builder().build();
    private static final SchemaRegistry SCHEMAS =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    @TempDir Path home;

    private record Descriptions(JsonNode openApi, JsonNode schema, String page) {}

    private Descriptions of(Class<?> service) throws Exception {
        boolean model = service == SampleService.class;
        Path bundle =
                model
                        ? TestBundle.of(home.resolve("b"), service, "echo")
                        : TestBundle.of(home.resolve("b"), service);
        TestRunner.Setup setup = new TestRunner.Setup(home, bundle);
        if (model) {
            Path file = TinyOnnx.identity(home.resolve("echo.onnx"), TinyOnnx.Type.FP32, -1);
            setup.model("echo", "echo", "1", file);
        }
        try (TestRunner runner = setup.start()) {
            return new Descriptions(
                    MAPPER.readTree(runner.get("/docs.json").body()),
                    MAPPER.readTree(runner.get("/schema.json").body()),
                    runner.get("/").body());
        }
    }

    private static Schema openApi() throws Exception {
        try (InputStream in =
                DescriptionsTest.class.getResourceAsStream("/openapi/schema-3.1.json")) {
            return SCHEMAS.getSchema(in, InputFormat.JSON);
        }
    }

    private static Schema jsonSchema() {
        return SCHEMAS.getSchema(SchemaLocation.of(Dialects.getDraft202012().getId()));
    }

    @ParameterizedTest
    @ValueSource(classes = {SampleService.class, StreamingService.class, TaskService.class})
    void documentsAreValidOpenApi(Class<?> service) throws Exception {
        JsonNode document = of(service).openApi();

        assertThat(openApi().validate(document)).isEmpty();
        List<JsonNode> schemas = new ArrayList<>();
        collect(document.path("paths"), schemas);
        document.path("components").path("schemas").forEach(schemas::add);
        assertThat(schemas).isNotEmpty();
        for (JsonNode schema : schemas) {
            assertThat(jsonSchema().validate(schema)).as(schema.toString()).isEmpty();
        }
        assertReferencesResolve(document, document);
        assertOperationsHaveNames(document);
    }

    @Test
    void theValidatorsSeeWhatIsWrong() throws Exception {
        String noResponses =
                """
                {"openapi": "3.1.0", "info": {"title": "t", "version": "1"},
                 "paths": {"/a": {"post": {"responses": {"200": {"content": {}}}}}}}
                """;
        assertThat(openApi().validate(noResponses, InputFormat.JSON)).isNotEmpty();
        assertThat(jsonSchema().validate("{\"type\": \"file\"}", InputFormat.JSON)).isNotEmpty();
    }

    private static void collect(JsonNode node, List<JsonNode> schemas) {
        for (var entry : node.properties()) {
            if (entry.getKey().equals("schema")) {
                schemas.add(entry.getValue());
            } else {
                collect(entry.getValue(), schemas);
            }
        }
        if (node.isArray()) {
            node.forEach(element -> collect(element, schemas));
        }
    }

    private static void assertReferencesResolve(JsonNode node, JsonNode document) {
        for (var entry : node.properties()) {
            if (entry.getKey().equals("$ref")) {
                String path = entry.getValue().asString().substring(1);
                assertThat(document.at(path).isMissingNode()).as(path).isFalse();
            }
            assertReferencesResolve(entry.getValue(), document);
        }
        if (node.isArray()) {
            node.forEach(element -> assertReferencesResolve(element, document));
        }
    }

    private static void assertOperationsHaveNames(JsonNode document) {
        Set<String> ids = new HashSet<>();
        document.path("paths")
                .forEach(
                        path ->
                                path.forEach(
                                        operation ->
                                                assertThat(
                                                                ids.add(
                                                                        operation
                                                                                .path("operationId")
                                                                                .asString()))
                                                        .isTrue()));
        assertThat(ids).isNotEmpty().doesNotContain("");
    }

    /** BentoML calls a file's type {@code file}, which JSON Schema does not know. */
    @ParameterizedTest
    @ValueSource(classes = {SampleService.class, StreamingService.class, TaskService.class})
    void bentomlFindsValidSchemas(Class<?> service) throws Exception {
        Descriptions descriptions = of(service);

        assertThat(descriptions.schema().path("type").asString()).isEqualTo("service");
        assertThat(descriptions.schema().path("routes")).isNotEmpty();
        for (JsonNode route : descriptions.schema().path("routes")) {
            assertThat(route.path("is_task").isBoolean()).isTrue();
            for (String side : List.of("input", "output")) {
                String schema =
                        route.path(side)
                                .toString()
                                .replace("\"type\":\"file\"", "\"type\":\"string\"");
                assertThat(jsonSchema().validate(schema, InputFormat.JSON)).as(schema).isEmpty();
                assertReferencesResolve(route.path(side), route.path(side));
            }
        }
        assertThat(descriptions.page()).contains("schema.json");
    }

    @Test
    void tellsStreamsAndTasks() throws Exception {
        JsonNode streams = of(StreamingService.class).openApi().path("paths");
        assertThat(streams.at("/~1numbers/post/responses/200/content").propertyNames())
                .containsExactly("text/event-stream", "application/x-ndjson");
        assertThat(streams.at("/~1sum/post/requestBody/content").propertyNames())
                .containsExactly("application/x-ndjson");
        assertThat(streams.at("/~1doubled/post/description").asString()).contains("WebSocket");
    }

    @Test
    void tellsTasks() throws Exception {
        JsonNode tasks = of(TaskService.class).openApi().path("paths");
        assertThat(tasks.propertyNames())
                .contains(
                        "/count",
                        "/count/submit",
                        "/count/status",
                        "/count/get",
                        "/count/retry",
                        "/count/cancel");
        assertThat(tasks.at("/~1count~1cancel").propertyNames()).containsExactly("post", "put");
        assertThat(tasks.at("/~1count~1get/get/responses/200/content/application~1json").isObject())
                .isTrue();
    }

    public static final class Names {

        public record Task(int n) {}

        public record Error(String text) {}

        @dev.marmita.service.Api(route = "/a/b", task = true)
        public Error ab(Task task) {
            return new Error("x" + task.n());
        }

        @dev.marmita.service.Api(route = "/a_b")
        public Error other(Task task) {
            return ab(task);
        }
    }

    @Test
    void namesOfRecordsDoNotMeetOurs() throws Exception {
        JsonNode document = of(Names.class).openApi();

        assertThat(openApi().validate(document)).isEmpty();
        assertThat(document.at("/components/schemas/Error/properties/error").isObject()).isTrue();
        assertThat(document.at("/components/schemas/Task2/properties/n").isObject()).isTrue();
        assertOperationsHaveNames(document);
    }
}
