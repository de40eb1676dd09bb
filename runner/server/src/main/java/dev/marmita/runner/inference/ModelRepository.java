package dev.marmita.runner.inference;

import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.onnx.ModelInvalidException;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.service.BadInputException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The bundle's own models, which may be unloaded to free their memory and loaded again; never others.
 * Thread-safe.
 */
public final class ModelRepository {

    /** Where a version of a model is in its life. */
    public enum State {
        READY,
        LOADING,
        UNLOADING,
        UNAVAILABLE
    }

    /**
     * A version of a model.
     *
     * @param reason of a state that is not {@link State#READY}, else empty
     */
    public record Entry(String name, String version, State state, String reason) {}

    private static final String CONTROL = "MARMITA_MODEL_CONTROL";
    private static final String EXPLICIT = "explicit";

    private final Supplier<ServedModels> models;
    private final boolean controlled;
    private final Map<OnnxModel, State> moving = new ConcurrentHashMap<>();
    private final Map<OnnxModel, String> failures = new ConcurrentHashMap<>();

    /**
     * @param models asked for once they are open
     * @param controlled whether callers may load and unload
     */
    public ModelRepository(Supplier<ServedModels> models, boolean controlled) {
        this.models = models;
        this.controlled = controlled;
    }

    public boolean controlled() {
        return controlled;
    }

    /**
     * All versions of all models.
     *
     * @param readyOnly leaves out those that are not ready
     */
    public List<Entry> index(boolean readyOnly) {
        return models.get().all().stream()
                .map(this::entry)
                .filter(entry -> !readyOnly || entry.state() == State.READY)
                .toList();
    }

    private Entry entry(OnnxModel model) {
        State state = moving.getOrDefault(model, model.loaded() ? State.READY : State.UNAVAILABLE);
        String reason = state == State.UNAVAILABLE ? failures.getOrDefault(model, "unloaded") : "";
        return new Entry(model.name(), model.version(), state, reason);
    }

    /**
     * Loads every version of that model that is not; takes as long as opening sessions does.
     *
     * @throws RefusedException 404, 403 where this is not allowed, 500 where a file does not open
     */
    public void load(String name) {
        for (OnnxModel model : controllable(name)) {
            moved(model, State.LOADING, () -> load(model));
        }
    }

    private void load(OnnxModel model) {
        try {
            model.load();
            failures.remove(model);
        } catch (ModelInvalidException e) {
            failures.put(model, String.valueOf(e.getMessage()));
            throw new RefusedException(
                    500, "model '" + model.name() + "' could not be loaded: " + e.getMessage());
        }
    }

    /**
     * Unloads every version of that model, after the runs in progress.
     *
     * @throws RefusedException 404, or 403 where this is not allowed
     */
    public void unload(String name) {
        for (OnnxModel model : controllable(name)) {
            moved(model, State.UNLOADING, model::unload);
        }
    }

    private void moved(OnnxModel model, State state, Runnable action) {
        if (moving.putIfAbsent(model, state) != null) {
            throw RefusedException.unprocessed(
                    "model '" + model.name() + "' is being loaded or unloaded; try again");
        }
        try {
            action.run();
        } finally {
            moving.remove(model);
        }
    }

    private List<OnnxModel> controllable(String name) {
        if (!controlled) {
            throw new RefusedException(
                    403,
                    "loading and unloading of models is not allowed here; the deployment's"
                            + " environment allows it with "
                            + CONTROL
                            + "="
                            + EXPLICIT);
        }
        return models.get().versionsOf(name, "");
    }

    /**
     * Checks a parameter of loading or unloading.
     *
     * @throws BadInputException where a caller brings a configuration or a file
     */
    public static void requirePlain(String parameter) {
        if (parameter.equals("config") || parameter.startsWith("file:")) {
            throw new BadInputException(
                    parameter,
                    "parameter '"
                            + (parameter.startsWith("file:") ? "file:…" : parameter)
                            + "' is not served here: a model version never changes");
        }
    }

    /** Whether a deployment's environment allows callers to load and unload models. */
    public static boolean allowed(Map<String, String> environment) {
        return EXPLICIT.equals(environment.getOrDefault(CONTROL, "none").toLowerCase(Locale.ROOT));
    }
}
