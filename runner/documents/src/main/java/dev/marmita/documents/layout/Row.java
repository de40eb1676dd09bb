package dev.marmita.documents.layout;

import dev.marmita.documents.image.Quad;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Pieces of text beside each other, from left to right.
 *
 * @param page from 1
 */
public record Row(int page, List<Piece> pieces) {

    public Row {
        pieces = List.copyOf(pieces);
    }

    /** The pieces joined by blanks. */
    public String text() {
        return pieces.stream().map(Piece::text).collect(Collectors.joining(" "));
    }

    /** The text without case and accents. */
    public String folded() {
        return Folding.fold(text());
    }

    public double confidence() {
        return pieces.stream().mapToDouble(Piece::confidence).average().orElse(0);
    }

    /** Height of its tallest piece. */
    public double height() {
        return pieces.stream().mapToDouble(piece -> piece.upright().height()).max().orElse(0);
    }

    public double top() {
        return pieces.stream().mapToDouble(piece -> piece.upright().top()).min().orElse(0);
    }

    public double bottom() {
        return pieces.stream().mapToDouble(piece -> piece.upright().bottom()).max().orElse(0);
    }

    public double left() {
        return pieces.stream().mapToDouble(piece -> piece.upright().left()).min().orElse(0);
    }

    public double right() {
        return pieces.stream().mapToDouble(piece -> piece.upright().right()).max().orElse(0);
    }

    /** A box around all pieces, on the page as it was sent. */
    public Quad box() {
        return Boxes.around(pieces.stream().map(Piece::box).toList());
    }

    /** The row as a finding, with its text or another value. */
    public Finding finding(String value, double certainty) {
        return new Finding(value, confidence() * certainty, page, box());
    }
}
