package dev.marmita.documents.ocr;

import dev.marmita.documents.image.Pyramid;
import dev.marmita.documents.image.Quad;
import java.util.Comparator;
import java.util.List;

/**
 * Decides by how many quarter turns a page must be read: sideways from the shapes of its boxes, on
 * its head from the classifier's vote on some lines. A vote against the upright page must be
 * confirmed by the recogniser, for a wrong turn costs the whole page.
 */
final class Orientation {

    private static final int VOTES = 6;
    private static final double SUSPICIOUS = 0.5;
    private static final double MARGIN = 0.02;

    /** Height over width above which a box counts as standing. */
    private static final double STANDING = 1.5;

    private final LineClassifier classifier;
    private final TextRecogniser recogniser;

    Orientation(LineClassifier classifier, TextRecogniser recogniser) {
        this.classifier = classifier;
        this.recogniser = recogniser;
    }

    /** Clockwise quarter turns, 0 to 3, that make the page upright. */
    int quarters(Pyramid page, List<Quad> boxes) {
        if (boxes.isEmpty()) {
            return 0;
        }
        int quarters = sideways(boxes) ? 1 : 0;
        List<Quad> witnesses =
                boxes.stream()
                        .map(box -> box.read(quarters))
                        .filter(box -> box.width() > 2 * box.height())
                        .sorted(Comparator.comparingDouble(Orientation::clarity).reversed())
                        .limit(VOTES)
                        .toList();
        double vote =
                witnesses.stream()
                        .mapToDouble(box -> classifier.upsideDown(page, box))
                        .average()
                        .orElse(0);
        boolean turned = vote > SUSPICIOUS && readsBetterTurned(page, witnesses);
        return turned ? quarters + 2 : quarters;
    }

    private boolean readsBetterTurned(Pyramid page, List<Quad> witnesses) {
        double asItIs = 0;
        double turned = 0;
        List<Quad> some = witnesses.stream().limit(VOTES / 2).toList();
        for (Quad box : some) {
            asItIs += recogniser.read(page, box).confidence();
            turned += recogniser.read(page, box.read(2)).confidence();
        }
        return turned > asItIs + MARGIN * some.size();
    }

    private static boolean sideways(List<Quad> boxes) {
        double standing = 0;
        double lying = 0;
        for (Quad box : boxes) {
            if (box.height() > STANDING * box.width()) {
                standing += box.height();
            } else if (box.width() > STANDING * box.height()) {
                lying += box.width();
            }
        }
        return standing > lying;
    }

    /** Long enough to judge by, and not too long for the recogniser to be quick. */
    private static double clarity(Quad box) {
        return Math.min(8, box.width() / Math.max(1, box.height())) * box.height();
    }
}
