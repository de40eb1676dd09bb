package dev.marmita.scheduler.spec;

import dev.marmita.routing.Access;
import dev.marmita.routing.GroupName;
import dev.marmita.scheduler.spec.DeploymentSpec.Limits;
import dev.marmita.scheduler.spec.DeploymentSpec.Mode;
import dev.marmita.scheduler.spec.DeploymentSpec.Resources;
import dev.marmita.scheduler.spec.DeploymentSpec.Scaling;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads a deployment's specification, strictly: unknown and repeated keys, wrong types and values out of
 * bounds are errors that name their field. Documents have at most {@value #MAX_BYTES} bytes and are at
 * most {@value #MAX_DEPTH} levels deep. Thread-safe.
 */
public final class SpecParser {

    /** Largest document, in bytes. */
    public static final int MAX_BYTES = 256 * 1024;

    /** Deepest nesting. */
    public static final int MAX_DEPTH = 16;

    static final int MAX_MODELS = 32;
    static final int MAX_GROUPS = 32;
    static final int MAX_ENV = 64;
    static final int MAX_ENV_VALUE = 8192;
    static final String SLOT_PATTERN = "^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?$";
    static final String ENV_PATTERN = "^[A-Za-z_][A-Za-z0-9_]{0,127}$";
    static final String POOL_PATTERN = "^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$";

    private static final StreamReadConstraints CONSTRAINTS =
            StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxDocumentLength(MAX_BYTES)
                    .maxNumberLength(40)
                    .maxNameLength(256)
                    .maxStringLength(MAX_BYTES)
                    .build();

    private final ObjectMapper json =
            JsonMapper.builder(JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();
    private final ObjectMapper yaml =
            YAMLMapper.builder(YAMLFactory.builder().streamReadConstraints(CONSTRAINTS).build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build();

    /** The published JSON Schema (draft 2020-12) of what is accepted here. */
    public static String schema() {
        try (InputStream in =
                SpecParser.class.getResourceAsStream("/marmita/schema/deployment.json")) {
            if (in == null) {
                throw new IllegalStateException("the deployment schema is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * @param document UTF-8 JSON
     * @throws InvalidSpecException naming every wrong field
     */
    public DeploymentSpec parseJson(byte[] document) {
        return read(json, "JSON", document);
    }

    /**
     * @param document UTF-8 YAML (JSON is YAML too); aliases are refused
     * @throws InvalidSpecException naming every wrong field
     */
    public DeploymentSpec parseYaml(byte[] document) {
        return read(yaml, "YAML", document);
    }

    private static DeploymentSpec read(ObjectMapper mapper, String format, byte[] document) {
        if (document.length > MAX_BYTES) {
            throw refused("must have at most " + MAX_BYTES + " bytes");
        }
        JsonNode root;
        try {
            root = mapper.readTree(document);
        } catch (JacksonException e) {
            String where =
                    e.getLocation() == null || e.getLocation().getLineNr() < 1
                            ? ""
                            : " (line " + e.getLocation().getLineNr() + ")";
            throw refused(
                    "is not valid " + format + where + ": " + firstLine(e.getOriginalMessage()));
        }
        if (root == null || !root.isObject()) {
            throw refused("must be a " + format + " object with fields");
        }
        List<FieldError> errors = new ArrayList<>();
        FieldReader fields = new FieldReader("", root, errors);
        Optional<DeploymentSpec> spec = spec(fields);
        fields.finish();
        if (!errors.isEmpty() || spec.isEmpty()) {
            throw new InvalidSpecException(errors);
        }
        return spec.get();
    }

    private static Optional<DeploymentSpec> spec(FieldReader fields) {
        Optional<ArtifactRef> service = fields.ref("service");
        SortedMap<String, ArtifactRef> models = fields.refs("models", MAX_MODELS, SLOT_PATTERN);
        Mode mode =
                fields.text("mode", "on-demand", "^(online|on-demand)$", "online or on-demand")
                                .equals("online")
                        ? Mode.ONLINE
                        : Mode.ON_DEMAND;
        Resources resources =
                fields.object(
                        "resources",
                        f ->
                                new Resources(
                                        f.cpuMillis("cpu", 1000, 100, 256_000),
                                        f.bytes("memory", 1L << 30, 64L << 20, 4L << 40)));
        String nodePool =
                fields.text(
                        "nodePool", "cpu", POOL_PATTERN, "a name of a-z, 0-9 and '-', at most 40");
        Scaling scaling = fields.object("scaling", f -> scaling(f, mode, resources));
        Limits limits = fields.object("limits", SpecParser::limits);
        Access access = fields.object("access", SpecParser::access);
        SortedMap<String, String> env = fields.texts("env", MAX_ENV, ENV_PATTERN, MAX_ENV_VALUE);
        SortedMap<String, SecretTarget> secrets = SecretsReader.read(fields, env);
        boolean followLabels = fields.bool("followLabels", true);
        boolean secretsFollow = fields.bool("secretsFollow", true);
        return service.map(
                ref ->
                        new DeploymentSpec(
                                ref,
                                models,
                                mode,
                                resources,
                                nodePool,
                                scaling,
                                limits,
                                access,
                                env,
                                secrets,
                                followLabels,
                                secretsFollow));
    }

    private static Scaling scaling(FieldReader f, Mode mode, Resources resources) {
        int least = mode == Mode.ONLINE ? 1 : 0;
        int min = f.integer("minReplicas", least, 0, 1000);
        int max = f.integer("maxReplicas", Math.max(1, min), 1, 1000);
        if (min > max) {
            f.wrong("maxReplicas", "must not be less than minReplicas (" + min + ")");
        }
        if (min < least) {
            f.wrong("minReplicas", "must be 1 or more where mode is online");
        }
        return new Scaling(
                min,
                max,
                f.integer("targetConcurrency", resources.cores(), 1, 10_000),
                f.duration(
                        "idleTimeout",
                        Duration.ofSeconds(60),
                        Duration.ofMillis(100),
                        Duration.ofHours(168)));
    }

    private static Limits limits(FieldReader f) {
        return new Limits(
                f.integer("maxQueue", 256, 0, 100_000),
                f.bytes("maxBody", 64L << 20, 1L << 10, 1L << 30),
                f.duration(
                        "requestTimeout",
                        Duration.ofSeconds(60),
                        Duration.ofMillis(100),
                        Duration.ofHours(1)),
                f.duration(
                        "wakeTimeout",
                        Duration.ofSeconds(120),
                        Duration.ofMillis(100),
                        Duration.ofHours(1)));
    }

    private static Access access(FieldReader f) {
        return new Access(
                f.bool("anonymous", Access.DEFAULT.anonymous()),
                f.bool("tokens", Access.DEFAULT.tokens()),
                f.list("groups", MAX_GROUPS, GroupName::new));
    }

    private static InvalidSpecException refused(String message) {
        return new InvalidSpecException(
                List.of(new FieldError("", "the specification " + message)));
    }

    private static String firstLine(String message) {
        String line = message.lines().findFirst().orElse("");
        return line.length() <= 200 ? line : line.substring(0, 200) + "…";
    }
}
