package dev.marmita.registry;

import java.util.Map;

/**
 * What somebody says about a model or service when creating or changing it.
 *
 * @param description free text, at most 4,096 characters
 * @param tags free key-values, values of at most 1,024 characters
 */
public record ArtifactDraft(String description, Map<String, String> tags) {

    public static final ArtifactDraft EMPTY = new ArtifactDraft("", Map.of());

    public ArtifactDraft {
        Names.text("description", description, 4_096);
        tags = Names.keyValues("tags", tags, 1_024);
    }
}
