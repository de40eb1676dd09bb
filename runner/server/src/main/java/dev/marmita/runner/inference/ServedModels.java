package dev.marmita.runner.inference;

import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.onnx.OnnxModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The models of the bundle by name, each with its versions. A model is also found by the slot that it is
 * bound to, so that a client need not change when another model takes the slot.
 */
public final class ServedModels {

    private final Map<String, List<OnnxModel>> byName = new LinkedHashMap<>();
    private final Map<String, OnnxModel> bySlot;

    public ServedModels(Map<String, OnnxModel> bySlot) {
        this.bySlot = Map.copyOf(bySlot);
        for (OnnxModel model : bySlot.values()) {
            List<OnnxModel> versions =
                    byName.computeIfAbsent(model.name(), name -> new ArrayList<>());
            if (!versions.contains(model)) {
                versions.add(model);
            }
        }
    }

    /** Names in the order of the slots. */
    List<String> names() {
        return List.copyOf(byName.keySet());
    }

    /** Names of those that can be called now. */
    List<String> loadedNames() {
        return all().stream().filter(OnnxModel::loaded).map(OnnxModel::name).distinct().toList();
    }

    /** Versions of the model that is found under that name. */
    public List<String> versions(OnnxModel model) {
        return byName.getOrDefault(model.name(), List.of()).stream()
                .map(OnnxModel::version)
                .toList();
    }

    /** Those of {@link #versions} that are numbers, as all of Triton's are. */
    public long[] numericVersions(OnnxModel model) {
        return versions(model).stream()
                .filter(version -> version.matches("[0-9]{1,18}"))
                .mapToLong(Long::parseLong)
                .toArray();
    }

    /**
     * A model.
     *
     * @param version empty: any
     * @throws RefusedException 404
     */
    public OnnxModel find(String name, String version) {
        List<OnnxModel> versions = byName.get(name);
        if (versions == null) {
            OnnxModel bound = bySlot.get(name);
            versions = bound == null ? List.of() : List.of(bound);
        }
        if (versions.isEmpty()) {
            throw new RefusedException(
                    404, "there is no model '" + shortened(name) + "' here; there is " + names());
        }
        return versions.stream()
                .filter(model -> version.isEmpty() || model.version().equals(version))
                .findFirst()
                .orElseThrow(
                        () ->
                                new RefusedException(
                                        404,
                                        "model '"
                                                + name
                                                + "' has no version '"
                                                + shortened(version)
                                                + "' here"));
    }

    /** Whether there is a model of that name or slot. */
    public boolean knows(String name) {
        return byName.containsKey(name) || bySlot.containsKey(name);
    }

    /** All models, those of one name beside each other. */
    public List<OnnxModel> all() {
        return byName.values().stream().flatMap(List::stream).toList();
    }

    /**
     * Versions of the model of that name or slot.
     *
     * @param version empty: all
     * @throws RefusedException 404
     */
    public List<OnnxModel> versionsOf(String name, String version) {
        OnnxModel found = find(name, version);
        return version.isEmpty()
                ? List.copyOf(byName.getOrDefault(found.name(), List.of(found)))
                : List.of(found);
    }

    /**
     * @throws RefusedException 404 where the model was unloaded
     */
    public static void requireLoaded(OnnxModel model) {
        if (!model.loaded()) {
            throw new RefusedException(
                    404,
                    "version '"
                            + model.version()
                            + "' of model '"
                            + model.name()
                            + "' is unloaded");
        }
    }

    private static String shortened(String name) {
        return name.length() <= 100 ? name : name.substring(0, 100) + "…";
    }
}
