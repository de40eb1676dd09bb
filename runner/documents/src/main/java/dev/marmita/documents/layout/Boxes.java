package dev.marmita.documents.layout;

import dev.marmita.documents.image.Quad;
import java.util.List;

/** Boxes around boxes. */
public final class Boxes {

    private Boxes() {}

    /** The only box itself, or an upright one around several. */
    public static Quad around(List<Quad> boxes) {
        if (boxes.size() == 1) {
            return boxes.getFirst();
        }
        return Quad.of(
                boxes.stream().mapToDouble(Quad::left).min().orElse(0),
                boxes.stream().mapToDouble(Quad::top).min().orElse(0),
                boxes.stream().mapToDouble(Quad::right).max().orElse(0),
                boxes.stream().mapToDouble(Quad::bottom).max().orElse(0));
    }
}
