package dev.marmita.scheduler.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.marmita.routing.Access;
import dev.marmita.routing.GroupName;
import dev.marmita.scheduler.spec.DeploymentSpec.Mode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecParserTest {

    private static final String FULL =
            """
            service: documents:production
            models:
              detector: ppocr-det:latest
              recogniser: ppocr-rec@1
            mode: on-demand
            resources: {cpu: 1.5, memory: 1536Mi}
            nodePool: gpu
            scaling: {minReplicas: 0, maxReplicas: 2, targetConcurrency: 3, idleTimeout: 90s}
            limits: {maxQueue: 10, maxBody: 32Mi, requestTimeout: 500ms, wakeTimeout: 2m}
            access: {anonymous: false, tokens: false, groups: [/clientes/acme/leitores, auditores]}
            env: {LOG_LEVEL: info}
            secrets: {api-key: {env: API_KEY}, certificate: {file: key.pem}}
            secretsFollow: false
            followLabels: false
            """;

    private final SpecParser parser = new SpecParser();
    private final Schema schema =
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(SpecParser.schema());

    @Test
    void readsEveryField() {
        DeploymentSpec spec = yaml(FULL);

        assertThat(spec.service()).hasToString("documents:production");
        assertThat(spec.models())
                .hasToString("{detector=ppocr-det:latest, recogniser=ppocr-rec@1}");
        assertThat(spec.mode()).isEqualTo(Mode.ON_DEMAND);
        assertThat(spec.resources()).isEqualTo(new DeploymentSpec.Resources(1500, 1536L << 20));
        assertThat(spec.resources().cores()).isEqualTo(2);
        assertThat(spec.nodePool()).isEqualTo("gpu");
        assertThat(spec.scaling())
                .isEqualTo(new DeploymentSpec.Scaling(0, 2, 3, Duration.ofSeconds(90)));
        assertThat(spec.limits())
                .isEqualTo(
                        new DeploymentSpec.Limits(
                                10, 32 << 20, Duration.ofMillis(500), Duration.ofMinutes(2)));
        assertThat(spec.access())
                .isEqualTo(
                        new Access(
                                false,
                                false,
                                List.of(
                                        new GroupName("/clientes/acme/leitores"),
                                        new GroupName("auditores"))));
        assertThat(spec.env()).isEqualTo(Map.of("LOG_LEVEL", "info"));
        assertThat(spec.followLabels()).isFalse();
    }

    @Test
    void needsNoMoreThanAService() {
        DeploymentSpec spec = json("{\"service\":\"documents\"}");

        assertThat(spec.service())
                .isEqualTo(new ArtifactRef("documents", new ArtifactRef.Label("latest")));
        assertThat(spec.mode()).isEqualTo(Mode.ON_DEMAND);
        assertThat(spec.scaling())
                .isEqualTo(new DeploymentSpec.Scaling(0, 1, 1, Duration.ofSeconds(60)));
        assertThat(spec.followLabels()).isTrue();
        assertThat(spec.access()).isEqualTo(Access.DEFAULT);
        assertThat(json("{\"service\":\"x\",\"mode\":\"online\"}").scaling().minReplicas())
                .isEqualTo(1);
    }

    @Test
    void writesWhatItReadsBack() {
        for (DeploymentSpec spec : List.of(yaml(FULL), json("{\"service\":\"x@3\"}"))) {
            assertThat(SpecJson.read(SpecJson.write(spec))).isEqualTo(spec);
        }
    }

    static Stream<Arguments> wrong() {
        return Stream.of(
                wrong("{}", "service: is required"),
                wrong("{service: 5}", "service: must be name:label"),
                wrong("{service: Documents}", "service: must be"),
                wrong("{service: 'a@0'}", "service: must be"),
                wrong("{service: 'a:b@3'}", "service: must be"),
                wrong("{service: a, models: [b]}", "models: must be an object"),
                wrong("{service: a, models: {d: null}}", "models.d: must be name:label"),
                wrong("{service: a, models: {'../d': b}}", "models.../d: is not a valid name"),
                wrong(
                        "{service: a, mode: sometimes}",
                        "mode: must be online or on-demand, not 'sometimes'"),
                wrong("{service: a, access: {tokens: 'yes'}}", "access.tokens: must be true or"),
                wrong("{service: a, access: {group: [a]}}", "access.group: is not known here"),
                wrong("{service: a, access: {groups: a}}", "access.groups: must be a list"),
                wrong("{service: a, access: {groups: [5]}}", "access.groups[0]: must be a text"),
                wrong(
                        "{service: a, access: {groups: [a, /]}}",
                        "access.groups[1]: a group must be a path"),
                wrong("{service: a, access: {groups: [/a/]}}", "access.groups[0]: a group must"),
                wrong("{service: a, access: {groups: [a//b]}}", "access.groups[0]: a group must"),
                wrong("{service: a, access: {groups: ['']}}", "access.groups[0]: a group must"),
                wrong(
                        "{service: a, access: {groups: [" + "a,".repeat(33) + "]}}",
                        "access.groups: must be a list of at most 32 entries"),
                wrong("{service: a, resources: {cpu: 0}}", "resources.cpu: must be cores like"),
                wrong("{service: a, resources: {cpu: 0.0001}}", "resources.cpu: must be"),
                wrong("{service: a, resources: {cpu: two}}", "resources.cpu: must be"),
                wrong("{service: a, resources: {cpu: 1e400}}", "resources.cpu: must be"),
                wrong(
                        "{service: a, resources: {memory: 1GB}}",
                        "resources.memory: must be a size like"),
                wrong("{service: a, resources: {memory: 1}}", "resources.memory: must be"),
                wrong(
                        "{service: a, resources: {memory: 999999999999999Ti}}",
                        "resources.memory: must be"),
                wrong(
                        "{service: a, resources: {gpu: 1}}",
                        "resources.gpu: is not known here; known are cpu, memory"),
                wrong("{service: a, nodePool: ''}", "nodePool: must be a name"),
                wrong(
                        "{service: a, scaling: {minReplicas: -1}}",
                        "scaling.minReplicas: must be a whole number"),
                wrong(
                        "{service: a, scaling: {maxReplicas: 1.5}}",
                        "scaling.maxReplicas: must be a whole number"),
                wrong(
                        "{service: a, scaling: {targetConcurrency: '2'}}",
                        "scaling.targetConcurrency: must be"),
                wrong(
                        "{service: a, scaling: {idleTimeout: 60}}",
                        "scaling.idleTimeout: must be a time like"),
                wrong("{service: a, scaling: {idleTimeout: 1d}}", "scaling.idleTimeout: must be"),
                wrong(
                        "{service: a, mode: online, scaling: {minReplicas: 0}}",
                        "scaling.minReplicas: must be 1 or more where mode is online"),
                wrong("{service: a, limits: {maxBody: 3Gi}}", "limits.maxBody: must be a size"),
                wrong("{service: a, limits: {maxQueue: 100001}}", "limits.maxQueue: must be"),
                wrong(
                        "{service: a, limits: {requestTimeout: forever}}",
                        "limits.requestTimeout: must be"),
                wrong(
                        "{service: a, env: {PORT: 8080}}",
                        "env.PORT: must be a text; put it in quotes"),
                wrong("{service: a, env: {'A=B': x}}", "env.A=B: is not a valid name"),
                wrong("{service: a, secrets: [b]}", "secrets: must be an object"),
                wrong(
                        "{service: a, secrets: {b: hunter2}}",
                        "secrets.b: must be an object with fields"),
                wrong("{service: a, secrets: {b: {}}}", "secrets.b: must say env, file, or both"),
                wrong("{service: a, secrets: {B: {env: A}}}", "secrets.B: is not a valid name"),
                wrong(
                        "{service: a, secrets: {b: {env: MARMITA_X}}}",
                        "secrets.b.env: must be a name like DB_PASSWORD"),
                wrong(
                        "{service: a, secrets: {b: {file: ../x}}}",
                        "secrets.b.file: must be the name of a file"),
                wrong(
                        "{service: a, secrets: {b: {env: A, value: x}}}",
                        "secrets.b.value: is not known here"),
                wrong(
                        "{service: a, env: {A: x}, secrets: {b: {env: A}}}",
                        "secrets.b.env: is the name of another setting"),
                wrong(
                        "{service: a, secrets: {b: {file: x}, c: {file: x}}}",
                        "secrets.c.file: is another secret's file"),
                wrong("{service: a, secretsFollow: 1}", "secretsFollow: must be true or false"),
                wrong("{service: a, followLabels: 'yes'}", "followLabels: must be true or false"),
                wrong("{service: a, labels: {}}", "labels: is not known here"));
    }

    private static Arguments wrong(String yaml, String error) {
        return Arguments.of(yaml, error);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("wrong")
    void namesTheWrongField(String yaml, String error) {
        assertThatThrownBy(() -> yaml(yaml))
                .isInstanceOfSatisfying(
                        InvalidSpecException.class,
                        e ->
                                assertThat(e.errors())
                                        .singleElement()
                                        .satisfies(
                                                one ->
                                                        assertThat(one.toString())
                                                                .startsWith(error)));
    }

    @Test
    void findsEveryErrorAtOnce() {
        assertThatThrownBy(() -> yaml("{mode: x, scaling: {a: 1, maxReplicas: 0}, env: [], b: 2}"))
                .isInstanceOfSatisfying(
                        InvalidSpecException.class,
                        e ->
                                assertThat(e.errors().stream().map(FieldError::field))
                                        .containsExactlyInAnyOrder(
                                                "service",
                                                "mode",
                                                "scaling.a",
                                                "scaling.maxReplicas",
                                                "env",
                                                "b"));
    }

    @Test
    void comparesReplicas() {
        assertThatThrownBy(() -> yaml("{service: a, scaling: {minReplicas: 3, maxReplicas: 2}}"))
                .hasMessage("scaling.maxReplicas: must not be less than minReplicas (3)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "text",
                "{service: a, service: b}",
                "{service: a}\n---\n{service: b}",
                "{service: [",
                "a: &x [1]\nservice: *x",
                "!!java.net.URL {service: a}\nx"
            })
    void refusesWhatIsNoSpecification(String yaml) {
        assertThatThrownBy(() -> yaml(yaml)).isInstanceOf(InvalidSpecException.class);
    }

    @Test
    void boundsDepthAndSize() {
        String deep = "{\"a\":".repeat(100_000) + "1" + "}".repeat(100_000);
        assertThatThrownBy(() -> json(deep)).hasMessageContaining("must have at most");
        String deepEnough = "{\"a\":".repeat(1_000) + "1" + "}".repeat(1_000);
        assertThatThrownBy(() -> json(deepEnough)).hasMessageContaining("is not valid JSON");
        assertThatThrownBy(() -> yaml("[".repeat(100_000)))
                .isInstanceOf(InvalidSpecException.class);
        assertThatThrownBy(() -> yaml("{service: a, env: {A: " + "1".repeat(20_000) + "}}"))
                .isInstanceOf(InvalidSpecException.class);
    }

    @Test
    void boundsTheNumberOfErrors() {
        String keys =
                IntStream.range(0, 1000)
                        .mapToObj(i -> "k" + i + ": 1")
                        .collect(Collectors.joining(", "));
        assertThatThrownBy(() -> yaml("{service: a, " + keys + "}"))
                .isInstanceOfSatisfying(
                        InvalidSpecException.class,
                        e -> assertThat(e.errors()).hasSize(FieldReader.MAX_ERRORS));
    }

    /** What the schema cannot say: it compares no two fields, and reads no text as a number. */
    private static final List<String> BEYOND_THE_SCHEMA =
            List.of(
                    "{b: {env: A}}}",
                    "c: {file: x}",
                    "1GB",
                    "999999999999999Ti",
                    "memory: 1}",
                    "3Gi",
                    "1e400");

    static Stream<String> documents() {
        Stream<String> good =
                Stream.of(
                        "{service: a}",
                        "{service: 'a-b-c:production'}",
                        "{service: 'a@12', models: {x_1: b}}",
                        "{service: a, mode: online}",
                        "{service: a, mode: online, scaling: {minReplicas: 1}}",
                        "{service: a, resources: {cpu: 500m}}",
                        "{service: a, resources: {cpu: 0.1, memory: 67108864}}",
                        "{service: a, resources: {cpu: 256000m, memory: 4Ti}}",
                        "{service: a, scaling: {maxReplicas: 2.0}}",
                        "{service: a, limits: {maxBody: 1024, requestTimeout: 100ms}}",
                        "{service: a, env: {A: ''}, followLabels: true}",
                        "{service: a, access: {}}",
                        "{service: a, secrets: {b: {env: A, file: k.pem}, c: {file: d}}, secretsFollow: false}",
                        "{service: a, access: {anonymous: true, groups: [/a/b c, d/e, 'São Paulo']}}",
                        "{service: a, resources: {}, scaling: {}, limits: {}, env: {}, models: {}}");
        Stream<String> bad =
                wrong().map(arguments -> (String) arguments.get()[0])
                        .filter(yaml -> BEYOND_THE_SCHEMA.stream().noneMatch(yaml::contains));
        return Stream.concat(good, bad);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void agreesWithThePublishedSchema(String yaml) {
        boolean parses = true;
        try {
            yaml(yaml);
        } catch (InvalidSpecException e) {
            parses = false;
        }

        assertThat(schema.validate(yaml, InputFormat.YAML).isEmpty()).isEqualTo(parses);
    }

    @Test
    void publishesASchemaForWhatItWrites() {
        assertThat(schema.validate(SpecJson.write(yaml(FULL)), InputFormat.JSON)).isEmpty();
    }

    private DeploymentSpec yaml(String text) {
        return parser.parseYaml(text.getBytes(StandardCharsets.UTF_8));
    }

    private DeploymentSpec json(String text) {
        return parser.parseJson(text.getBytes(StandardCharsets.UTF_8));
    }
}
