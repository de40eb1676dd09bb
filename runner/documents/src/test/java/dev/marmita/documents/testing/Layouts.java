package dev.marmita.documents.testing;

import dev.marmita.documents.image.Quad;
import dev.marmita.documents.layout.Layout;
import dev.marmita.documents.layout.Piece;
import dev.marmita.documents.layout.Row;
import java.util.ArrayList;
import java.util.List;

/** Layouts from plain text: one row for each line, pieces separated by a bar. */
public final class Layouts {

    private Layouts() {}

    public static Layout of(String... lines) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < lines.length; i++) {
            List<Piece> pieces = new ArrayList<>();
            int left = 0;
            for (String text : lines[i].split("\\|")) {
                Quad box = Quad.of(left, 40 * i, left + 10 * text.length(), 40 * i + 30);
                pieces.add(new Piece(text.strip(), 1, box, box));
                left += 10 * text.length() + 100;
            }
            rows.add(new Row(1, pieces));
        }
        return new Layout(rows);
    }
}
