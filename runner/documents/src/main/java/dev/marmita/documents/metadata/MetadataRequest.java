package dev.marmita.documents.metadata;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the request says about the metadata.
 *
 * @param supplied values that a person or system knows
 * @param publicBody also the items that are asked of public bodies
 * @param digestIdentifier the digest may serve as identifier
 */
public record MetadataRequest(
        Map<Item, String> supplied, boolean publicBody, boolean digestIdentifier) {

    public MetadataRequest {
        Map<Item, String> copy = new EnumMap<>(Item.class);
        supplied.forEach(
                (item, value) -> {
                    if (!value.isBlank()) {
                        copy.put(item, value.strip());
                    }
                });
        supplied = Map.copyOf(copy);
    }

    Optional<String> value(Item item) {
        return Optional.ofNullable(supplied.get(item));
    }
}
