package dev.marmita.registry;

import java.util.Map;
import java.util.Objects;

/**
 * What a bundle's {@code service.yaml} says.
 *
 * @param className the service's class
 * @param slots the model slots by name
 */
public record ServiceManifest(
        String name, String className, String description, Map<String, ModelSlot> slots) {

    public ServiceManifest {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(className, "className");
        Objects.requireNonNull(description, "description");
        slots = Map.copyOf(slots);
    }

    /**
     * A place for a model that a deployment fills.
     *
     * @param optional whether a deployment may leave it empty
     */
    public record ModelSlot(String description, boolean optional) {
        public ModelSlot {
            Objects.requireNonNull(description, "description");
        }
    }
}
