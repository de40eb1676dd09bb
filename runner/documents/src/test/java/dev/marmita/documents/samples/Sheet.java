package dev.marmita.documents.samples;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** White paper on which text is set in millimetres and points; remembers what was written. */
final class Sheet {

    private final BufferedImage image;
    private final Graphics2D graphics;
    private final double dpi;
    private final List<String> lines = new ArrayList<>();
    private double cursor;

    Sheet(double widthMm, double heightMm, int dpi) {
        this.dpi = dpi;
        image = new BufferedImage(px(widthMm), px(heightMm), BufferedImage.TYPE_BYTE_GRAY);
        graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.setColor(new Color(20, 20, 20));
    }

    private int px(double mm) {
        return (int) Math.round(mm / 25.4 * dpi);
    }

    Sheet font(String family, int style, double points) {
        graphics.setFont(new Font(family, style, 1).deriveFont(style, (float) (points / 72 * dpi)));
        return this;
    }

    /** Sets the height of the next line. */
    Sheet at(double mm) {
        cursor = mm;
        return this;
    }

    Sheet down(double mm) {
        cursor += mm;
        return this;
    }

    /** A line that begins there. */
    Sheet left(double mm, String text) {
        graphics.drawString(text, px(mm), px(cursor));
        lines.add(text);
        return this;
    }

    /** A line that ends there. */
    Sheet right(double mm, String text) {
        graphics.drawString(text, px(mm) - graphics.getFontMetrics().stringWidth(text), px(cursor));
        lines.add(text);
        return this;
    }

    Sheet centred(String text) {
        int width = graphics.getFontMetrics().stringWidth(text);
        graphics.drawString(text, (image.getWidth() - width) / 2, px(cursor));
        lines.add(text);
        return this;
    }

    /** Wrapped text; moves down by one line height for each line. */
    Sheet paragraph(double left, double right, double lineMm, String text) {
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ")) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (graphics.getFontMetrics().stringWidth(longer) > px(right) - px(left)) {
                left(left, line.toString()).down(lineMm);
                line.setLength(0);
                line.append(word);
            } else {
                line.setLength(0);
                line.append(longer);
            }
        }
        return left(left, line.toString()).down(lineMm);
    }

    Sheet rule(double from, double to) {
        graphics.setStroke(new BasicStroke(Math.max(1, px(0.25))));
        graphics.drawLine(px(from), px(cursor), px(to), px(cursor));
        return this;
    }

    Sheet box(double left, double top, double right, double bottom) {
        graphics.setStroke(new BasicStroke(Math.max(1, px(0.25))));
        graphics.drawRect(px(left), px(top), px(right) - px(left), px(bottom) - px(top));
        return this;
    }

    BufferedImage image() {
        return image;
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
