package dev.marmita.registry.bundle;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.marmita.registry.ArtifactRef;
import dev.marmita.registry.RegistryException;
import dev.marmita.registry.RegistryException.InvalidArtifact;
import dev.marmita.registry.ServiceManifest;
import dev.marmita.registry.ServiceManifest.ModelSlot;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Reads {@code service.yaml}; what it does not know is an error. */
final class ManifestParser {

    private static final Pattern CLASS_NAME =
            Pattern.compile("[A-Za-z_$][\\w$]*(?:\\.[A-Za-z_$][\\w$]*)*");
    private static final int MAX_DEPTH = 16;
    private static final int MAX_SLOTS = 64;
    private static final int MAX_DESCRIPTION = 4_096;

    private static final YAMLMapper YAML =
            YAMLMapper.builder(
                            YAMLFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .build())
                                    .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .build();

    private ManifestParser() {}

    static ServiceManifest parse(byte[] yaml) {
        try {
            Wire wire = YAML.readValue(yaml, Wire.class);
            if (wire == null) {
                throw new InvalidArtifact("service.yaml is empty");
            }
            return manifest(wire);
        } catch (UnrecognizedPropertyException unknown) {
            throw new InvalidArtifact(
                    "service.yaml: unknown key '"
                            + BundleNames.shown(unknown.getPropertyName())
                            + "'");
        } catch (DatabindException unfitting) {
            throw new InvalidArtifact(
                    "service.yaml" + place(unfitting) + ": a value of the wrong kind");
        } catch (JacksonException unreadable) {
            throw new InvalidArtifact(
                    "service.yaml is no YAML: "
                            + unreadable.getOriginalMessage().lines().findFirst().orElse(""));
        }
    }

    private static ServiceManifest manifest(Wire wire) {
        String name = required("name", wire.name());
        checked(name, "name");
        String className = required("class", wire.className());
        if (!CLASS_NAME.matcher(className).matches() || className.length() > 255) {
            throw new InvalidArtifact("service.yaml: class is no class name");
        }
        Map<String, ModelSlot> slots = new LinkedHashMap<>();
        if (wire.models() != null) {
            if (wire.models().size() > MAX_SLOTS) {
                throw new InvalidArtifact("service.yaml: more than " + MAX_SLOTS + " models");
            }
            wire.models()
                    .forEach(
                            (slot, given) -> {
                                checked(slot, "models");
                                slots.put(slot, slot(slot, given));
                            });
        }
        return new ServiceManifest(
                name, className, description("description", wire.description()), slots);
    }

    private static ModelSlot slot(String name, @Nullable WireSlot given) {
        return given == null
                ? new ModelSlot("", false)
                : new ModelSlot(
                        description("models." + name + ".description", given.description()),
                        Boolean.TRUE.equals(given.optional()));
    }

    private static String required(String key, @Nullable String value) {
        if (value == null || value.isBlank()) {
            throw new InvalidArtifact("service.yaml: '" + key + "' is missing");
        }
        return value;
    }

    private static void checked(String name, String key) {
        try {
            var unused = new ArtifactRef.Labelled(name, ArtifactRef.LATEST);
        } catch (RegistryException.InvalidArgument invalid) {
            throw new InvalidArtifact("service.yaml: " + key + ": " + invalid.getMessage());
        }
    }

    private static String description(String key, @Nullable String text) {
        if (text != null && text.length() > MAX_DESCRIPTION) {
            throw new InvalidArtifact(
                    "service.yaml: " + key + " has more than " + MAX_DESCRIPTION + " characters");
        }
        return text == null ? "" : text.strip();
    }

    private static String place(DatabindException error) {
        StringBuilder path = new StringBuilder();
        error.getPath()
                .forEach(
                        step ->
                                path.append(path.isEmpty() ? "" : ".")
                                        .append(step.getPropertyName()));
        return path.isEmpty() ? "" : ": " + path;
    }

    private record Wire(
            @Nullable String name,
            @JsonProperty("class") @Nullable String className,
            @Nullable String description,
            @Nullable Map<String, @Nullable WireSlot> models) {}

    /**
     * @param padding what a runner holds against the model that a deployment binds
     */
    private record WireSlot(
            @Nullable String description,
            @Nullable Boolean optional,
            @Nullable Map<String, WirePad> padding) {}

    private record WirePad(@Nullable Integer axis, @Nullable Double value) {}
}
