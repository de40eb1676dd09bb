package dev.marmita.runner.bundle;

import dev.marmita.runner.batching.Padding;
import dev.marmita.runner.binding.JsonReading;
import dev.marmita.runner.binding.Shape;
import dev.marmita.service.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.dataformat.yaml.YAMLFactory;

/**
 * The content of {@code service.yaml}.
 *
 * @param name DNS label
 * @param className the service's class
 * @param slots model slots by name, in the file's order
 */
public record Manifest(String name, String className, String description, Map<String, Slot> slots) {

    /** The file's name in a bundle. */
    public static final String FILE = "service.yaml";

    private static final int MAX_BYTES = 64 << 10;
    private static final Pattern NAME = Pattern.compile("[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?");

    /**
     * A model slot.
     *
     * @param optional whether a deployment may leave it unbound
     * @param padding how the inputs of its model may be filled up
     */
    public record Slot(String description, boolean optional, Padding padding) {

        Slot(String description, boolean optional) {
            this(description, optional, Padding.NONE);
        }
    }

    /**
     * Reads the manifest of an unpacked bundle.
     *
     * @throws BundleInvalidException saying what is wrong with it
     */
    static Manifest read(Path folder) throws BundleInvalidException {
        Path file = folder.resolve(FILE);
        if (!Files.isRegularFile(file)) {
            throw new BundleInvalidException("the bundle has no " + FILE + " at its root");
        }
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new BundleInvalidException(FILE + " is larger than 64 KiB");
            }
            return parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new BundleInvalidException(FILE + " cannot be read: " + e.getMessage(), e);
        }
    }

    static Manifest parse(byte[] yaml) throws BundleInvalidException {
        YAMLFactory factory =
                YAMLFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder().maxNestingDepth(10).build())
                        .build();
        Object read;
        try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), yaml)) {
            read = JsonReading.document(parser, new Shape.Mapping(new Shape.Anything()));
        } catch (BadInputException e) {
            throw new BundleInvalidException(FILE + " is not a YAML map: " + e.getMessage(), e);
        }
        if (!(read instanceof Map<?, ?> document)) {
            throw new BundleInvalidException(FILE + " is empty");
        }
        return of(document);
    }

    private static Manifest of(Map<?, ?> document) throws BundleInvalidException {
        onlyKeys("", document, "name", "class", "description", "models");
        String name = text("name", document.get("name"));
        if (!NAME.matcher(name).matches()) {
            throw new BundleInvalidException(
                    FILE
                            + ": name must be 1 to 63 of a-z, 0-9 and '-', not starting or ending with"
                            + " '-': '"
                            + name
                            + "'");
        }
        Map<String, Slot> slots = new LinkedHashMap<>();
        if (document.get("models") instanceof Map<?, ?> models) {
            for (Map.Entry<?, ?> entry : models.entrySet()) {
                String slot = String.valueOf(entry.getKey());
                slots.put(slot, slot(slot, entry.getValue()));
            }
        } else if (document.get("models") != null) {
            throw new BundleInvalidException(FILE + ": models must be a map of slots");
        }
        return new Manifest(
                name,
                text("class", document.get("class")),
                optionalText("description", document.get("description")),
                slots);
    }

    private static Slot slot(String name, @Nullable Object value) throws BundleInvalidException {
        String where = "models." + name;
        if (!NAME.matcher(name).matches()) {
            throw new BundleInvalidException(
                    FILE + ": " + where + " is not a name of a-z, 0-9 and '-'");
        }
        // What YAML makes of "slot:" with nothing after it.
        if (value == null || value.equals("")) {
            return new Slot("", false);
        }
        if (!(value instanceof Map<?, ?> slot)) {
            throw new BundleInvalidException(FILE + ": " + where + " must be a map, such as {}");
        }
        onlyKeys(where + ".", slot, "description", "optional", "padding");
        Object optional = slot.get("optional");
        if (optional != null && !(optional instanceof Boolean)) {
            throw new BundleInvalidException(
                    FILE + ": " + where + ".optional must be true or false");
        }
        return new Slot(
                optionalText(where + ".description", slot.get("description")),
                Boolean.TRUE.equals(optional),
                PaddingReading.read(where + ".padding", slot.get("padding")));
    }

    static void onlyKeys(String prefix, Map<?, ?> map, String... known)
            throws BundleInvalidException {
        for (Object key : map.keySet()) {
            if (!List.of(known).contains(key)) {
                throw new BundleInvalidException(
                        FILE
                                + ": unknown key '"
                                + prefix
                                + key
                                + "'; known are "
                                + String.join(", ", known));
            }
        }
    }

    private static String text(String key, @Nullable Object value) throws BundleInvalidException {
        if (value == null) {
            throw new BundleInvalidException(FILE + ": " + key + " is missing");
        }
        if (!(value instanceof String text) || text.isBlank()) {
            throw new BundleInvalidException(FILE + ": " + key + " must be a string");
        }
        return text;
    }

    private static String optionalText(String key, @Nullable Object value)
            throws BundleInvalidException {
        return value == null ? "" : text(key, value);
    }
}
