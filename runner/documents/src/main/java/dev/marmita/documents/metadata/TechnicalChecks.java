package dev.marmita.documents.metadata;

import dev.marmita.documents.source.ColourMode;
import dev.marmita.documents.source.Compression;
import dev.marmita.documents.source.FileFacts;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Compares a file with the technical minimum of Anexo I. Where the request does not name the kind of
 * document, the least row for texts is taken, and what then depends on the kind is left open.
 */
public final class TechnicalChecks {

    public static final String STANDARD = "Decreto nº 10.278/2020, Anexo I";

    private TechnicalChecks() {}

    /**
     * What the checks need to know of a page.
     *
     * @param resolution of the scanned picture, where the file tells
     */
    public record PageFacts(
            Optional<Integer> resolution, ColourMode colour, Compression compression) {}

    public static List<TechnicalCheck> check(
            FileFacts file, List<PageFacts> pages, Optional<DocumentKind> kind) {
        boolean pictures = pages.stream().anyMatch(page -> page.colour() != ColourMode.NONE);
        DocumentKind assumed = kind.orElse(DocumentKind.PRINTED);
        return List.of(
                resolution(pages, assumed, pictures),
                colour(pages, assumed, kind.isPresent(), pictures),
                format(file, assumed, kind.isPresent()),
                compression(pages));
    }

    private static TechnicalCheck resolution(
            List<PageFacts> pages, DocumentKind kind, boolean pictures) {
        List<Integer> known =
                pages.stream().map(PageFacts::resolution).flatMap(Optional::stream).toList();
        boolean all = known.size() == pages.size();
        Optional<Integer> least = known.stream().min(Comparator.naturalOrder());
        boolean low = least.isPresent() && least.get() < kind.dpi();
        Optional<Boolean> ok =
                low ? Optional.of(false) : all ? Optional.of(true) : Optional.empty();
        String explanation =
                !pictures
                        ? "Sem imagem digitalizada: o texto é nato-digital e o decreto não se aplica."
                        : least.isEmpty()
                                ? "O arquivo não informa a resolução em que foi digitalizado."
                                : "Menor resolução informada pelo arquivo.";
        return new TechnicalCheck(
                "resolution",
                "Resolução mínima",
                kind.dpi() + " dpi",
                least.map(dpi -> dpi + " dpi").orElse("desconhecida"),
                ok,
                explanation);
    }

    private static TechnicalCheck colour(
            List<PageFacts> pages, DocumentKind kind, boolean named, boolean pictures) {
        List<ColourMode> modes =
                pages.stream()
                        .map(PageFacts::colour)
                        .filter(mode -> mode != ColourMode.NONE)
                        .distinct()
                        .sorted()
                        .toList();
        String found =
                modes.isEmpty()
                        ? ColourMode.NONE.label()
                        : modes.stream().map(ColourMode::label).collect(Collectors.joining(", "));
        Optional<Boolean> ok;
        String explanation;
        if (!pictures) {
            ok = Optional.empty();
            explanation = "Sem imagem digitalizada.";
        } else if (modes.contains(ColourMode.CMYK)) {
            ok = Optional.of(false);
            explanation = "A tabela do Anexo I não prevê CMYK.";
        } else if (modes.getFirst().compareTo(kind.colour()) < 0) {
            ok = Optional.of(false);
            explanation = "Abaixo do mínimo para " + kind.label() + ".";
        } else if (named || modes.getFirst() == ColourMode.RGB) {
            ok = Optional.of(true);
            explanation = "Igual ou acima do mínimo.";
        } else {
            ok = Optional.empty();
            explanation =
                    "Basta para texto impresso sem ilustração; com ilustração, manuscrito ou cores o"
                            + " mínimo é maior. Informe a espécie (kind).";
        }
        return new TechnicalCheck("colour", "Cor", kind.colour().label(), found, ok, explanation);
    }

    private static TechnicalCheck format(FileFacts file, DocumentKind kind, boolean named) {
        String found = file.profile().orElse(file.format());
        boolean fits =
                kind.format().equals("PDF/A")
                        ? file.profile().isPresent()
                        : found.equals(kind.format());
        String explanation;
        if (fits && file.profile().isPresent()) {
            explanation = "O arquivo se declara " + found + "; a conformidade não foi validada.";
        } else if (fits) {
            explanation = "Formato previsto para " + kind.label() + ".";
        } else {
            explanation =
                    "Para "
                            + (named ? kind.label() : "textos")
                            + " o formato previsto é "
                            + kind.format()
                            + ".";
        }
        return new TechnicalCheck(
                "format",
                "Formato de arquivo",
                kind.format(),
                found,
                Optional.of(fits),
                explanation);
    }

    private static TechnicalCheck compression(List<PageFacts> pages) {
        List<Compression> used = pages.stream().map(PageFacts::compression).distinct().toList();
        boolean lossy = used.stream().anyMatch(one -> !one.lossless().orElse(true));
        boolean unknown = used.stream().anyMatch(one -> one.lossless().isEmpty());
        return new TechnicalCheck(
                "compression",
                "Compressão",
                "sem perda",
                used.stream().map(Compression::name).collect(Collectors.joining(", ")),
                lossy ? Optional.of(false) : unknown ? Optional.empty() : Optional.of(true),
                lossy
                        ? "A compressão usada descarta informação."
                        : unknown
                                ? "O formato permite compressão com e sem perda."
                                : "Nenhuma informação se perde.");
    }
}
