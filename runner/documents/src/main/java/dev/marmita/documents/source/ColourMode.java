package dev.marmita.documents.source;

/** How a page's pixels are coloured, in the terms of Decreto 10.278/2020, Anexo I. */
public enum ColourMode {
    MONOCHROME("monocromático (preto e branco)"),
    GREY("escala de cinza"),
    RGB("RGB (colorido)"),
    CMYK("CMYK (colorido)"),
    /** A page that is described, not made of pixels, such as text of a born-digital PDF. */
    NONE("sem imagem");

    private final String label;

    ColourMode(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
