package dev.marmita.documents.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import dev.marmita.documents.metadata.TechnicalChecks.PageFacts;
import dev.marmita.documents.source.ColourMode;
import dev.marmita.documents.source.Compression;
import dev.marmita.documents.source.FileFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TechnicalChecksTest {

    private static final Compression ZIP = new Compression("Deflate", Optional.of(true));

    @ParameterizedTest
    @CsvSource({
        // dpi (0 unknown), colour, format, profile, kind, resolution, colour ok, format ok
        "300, MONOCHROME, PDF, PDF/A-2B, printed, true, true, true",
        "299, MONOCHROME, PDF, PDF/A-1B, printed, false, true, true",
        "300, MONOCHROME, PDF, , printed-colour, true, false, false",
        "300, GREY, PDF, , printed-illustrated, true, true, false",
        "300, RGB, PNG, , photo, true, true, true",
        "300, MONOCHROME, PNG, , map, false, true, true",
        "600, MONOCHROME, PNG, , map, true, true, true",
        "0, GREY, TIFF, , handwritten, , true, false",
        "0, GREY, TIFF, , , , , false",
        "300, CMYK, JPEG, , , true, false, false",
        "300, RGB, JPEG, , , true, true, false",
    })
    void comparesWithTheTable(
            int dpi,
            ColourMode colour,
            String format,
            String profile,
            String kind,
            Boolean resolution,
            Boolean colourOk,
            Boolean formatOk) {
        var file = new FileFacts(format, Optional.ofNullable(profile), Map.of());
        var page = new PageFacts(dpi == 0 ? Optional.empty() : Optional.of(dpi), colour, ZIP);
        var checks =
                TechnicalChecks.check(
                        file, List.of(page), Optional.ofNullable(kind).flatMap(DocumentKind::of));
        assertThat(checks)
                .extracting(check -> check.ok().orElse(null))
                .containsExactly(resolution, colourOk, formatOk, true);
    }

    @Test
    void judgesADocumentByItsWorstPage() {
        var good = new PageFacts(Optional.of(300), ColourMode.RGB, ZIP);
        var bad =
                new PageFacts(
                        Optional.of(150),
                        ColourMode.RGB,
                        new Compression("JPEG", Optional.of(false)));
        var checks =
                TechnicalChecks.check(
                        new FileFacts("TIFF", Optional.empty(), Map.of()),
                        List.of(good, bad),
                        Optional.empty());
        assertThat(checks.get(0).found()).isEqualTo("150 dpi");
        assertThat(checks.get(0).ok()).contains(false);
        assertThat(checks.get(3).ok()).contains(false);
    }

    @Test
    void leavesTheResolutionOpenWhereOnePageDoesNotTell() {
        var known = new PageFacts(Optional.of(300), ColourMode.RGB, ZIP);
        var unknown = new PageFacts(Optional.empty(), ColourMode.RGB, ZIP);
        var checks =
                TechnicalChecks.check(
                        new FileFacts("TIFF", Optional.empty(), Map.of()),
                        List.of(known, unknown),
                        Optional.empty());
        assertThat(checks.get(0).ok()).isEmpty();
    }
}
