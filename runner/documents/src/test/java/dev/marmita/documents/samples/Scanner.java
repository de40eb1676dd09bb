package dev.marmita.documents.samples;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.util.Random;

/** Does to a clean page what scanners and telephones do. */
final class Scanner {

    private Scanner() {}

    /** Turned by some degrees, as a sheet that was not fed straight. */
    static BufferedImage skewed(BufferedImage page, double degrees, Color behind) {
        BufferedImage out = new BufferedImage(page.getWidth(), page.getHeight(), page.getType());
        Graphics2D graphics = out.createGraphics();
        graphics.setColor(behind);
        graphics.fillRect(0, 0, out.getWidth(), out.getHeight());
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(
                page,
                AffineTransform.getRotateInstance(
                        Math.toRadians(degrees), page.getWidth() / 2.0, page.getHeight() / 2.0),
                null);
        graphics.dispose();
        return out;
    }

    /** Black and white, as office scanners save text. */
    static BufferedImage bilevel(BufferedImage page, long seed) {
        Random random = new Random(seed);
        BufferedImage out =
                new BufferedImage(
                        page.getWidth(), page.getHeight(), BufferedImage.TYPE_BYTE_BINARY);
        for (int y = 0; y < page.getHeight(); y++) {
            for (int x = 0; x < page.getWidth(); x++) {
                int grey = page.getRaster().getSample(x, y, 0);
                // Edges fray, and a little dust lies on the glass.
                double threshold = 150 + random.nextGaussian() * 18;
                boolean dust = random.nextInt(60_000) == 0;
                out.getRaster().setSample(x, y, 0, grey > threshold && !dust ? 1 : 0);
            }
        }
        return out;
    }

    /** A telephone's picture: coloured paper, light falling from one corner, noise, slightly out of focus. */
    static BufferedImage photographed(BufferedImage page, long seed) {
        Random random = new Random(seed);
        int width = page.getWidth();
        int height = page.getHeight();
        BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double light = 0.97 - 0.3 * x / width - 0.15 * y / height;
                double value = blurred(page, x, y) * light + random.nextGaussian() * 6;
                int red = clamp(value * 1.02);
                int green = clamp(value * 0.99);
                int blue = clamp(value * 0.90);
                out.setRGB(x, y, red << 16 | green << 8 | blue);
            }
        }
        return out;
    }

    private static double blurred(BufferedImage page, int x, int y) {
        double sum = 0;
        double weights = 0;
        for (int dy = -1; dy <= 1; dy++) {
            for (int dx = -1; dx <= 1; dx++) {
                int px = Math.clamp(x + dx, 0, page.getWidth() - 1);
                int py = Math.clamp(y + dy, 0, page.getHeight() - 1);
                double weight = dx == 0 && dy == 0 ? 4 : 1;
                sum += weight * page.getRaster().getSample(px, py, 0);
                weights += weight;
            }
        }
        return sum / weights;
    }

    private static int clamp(double value) {
        return Math.clamp(Math.round(value), 0, 255);
    }
}
