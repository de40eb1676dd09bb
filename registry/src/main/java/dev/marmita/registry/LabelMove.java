package dev.marmita.registry;

import java.time.Instant;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A label went from one version to another. Also the Spring application event that tells of it,
 * after the commit.
 *
 * @param id grows in the order in which moves became visible
 * @param from empty where the label was not set
 * @param to empty where the label was removed
 * @param actor who did it
 */
public record LabelMove(
        long id,
        ArtifactKind kind,
        String name,
        String label,
        OptionalInt from,
        OptionalInt to,
        String actor,
        Instant at) {

    public LabelMove {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
    }
}
