package dev.marmita.registry;

import java.util.Map;
import java.util.Optional;

/**
 * Which models or services to list; all conditions must hold.
 *
 * @param text occurs in the name or description, in any case
 * @param label such a label is set
 * @param tags all of these are on the model or service itself or on one of its versions
 */
public record ArtifactQuery(
        Optional<String> text, Optional<String> label, Map<String, String> tags) {

    public static final ArtifactQuery ALL =
            new ArtifactQuery(Optional.empty(), Optional.empty(), Map.of());

    public ArtifactQuery {
        text.ifPresent(value -> Names.text("q", value, 256));
        label.ifPresent(value -> Names.label("label", value));
        tags = Names.keyValues("tag", tags, 1_024);
    }
}
