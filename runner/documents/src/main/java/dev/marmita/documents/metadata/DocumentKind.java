package dev.marmita.documents.metadata;

import dev.marmita.documents.source.ColourMode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The rows of the table in Anexo I. */
public enum DocumentKind {
    PRINTED(
            "textos impressos, sem ilustração, em preto e branco",
            300,
            ColourMode.MONOCHROME,
            "PDF/A"),
    PRINTED_ILLUSTRATED(
            "textos impressos, com ilustração, em preto e branco", 300, ColourMode.GREY, "PDF/A"),
    PRINTED_COLOUR("textos impressos, com ilustração e cores", 300, ColourMode.RGB, "PDF/A"),
    HANDWRITTEN(
            "textos manuscritos, com ou sem ilustração, em preto e branco",
            300,
            ColourMode.GREY,
            "PDF/A"),
    HANDWRITTEN_COLOUR(
            "textos manuscritos, com ou sem ilustração, em cores", 300, ColourMode.RGB, "PDF/A"),
    PHOTO("fotografias e cartazes", 300, ColourMode.RGB, "PNG"),
    MAP("plantas e mapas", 600, ColourMode.MONOCHROME, "PNG");

    private final String label;
    private final int dpi;
    private final ColourMode colour;
    private final String format;

    DocumentKind(String label, int dpi, ColourMode colour, String format) {
        this.label = label;
        this.dpi = dpi;
        this.colour = colour;
        this.format = format;
    }

    /** Its name in requests, such as {@code printed-colour}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The kind of that name. */
    public static Optional<DocumentKind> of(String id) {
        return Arrays.stream(values()).filter(kind -> kind.id().equals(id)).findFirst();
    }

    /** Its name in the decree. */
    public String label() {
        return label;
    }

    int dpi() {
        return dpi;
    }

    ColourMode colour() {
        return colour;
    }

    String format() {
        return format;
    }
}
