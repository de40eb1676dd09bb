package dev.marmita.scheduler;

import java.util.List;
import java.util.Optional;

/**
 * A part of a list.
 *
 * @param nextPageToken opaque; empty at the end
 */
public record Page<T>(List<T> items, Optional<String> nextPageToken) {
    public Page {
        items = List.copyOf(items);
    }
}
