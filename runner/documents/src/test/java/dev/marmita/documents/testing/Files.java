package dev.marmita.documents.testing;

import dev.marmita.service.Content;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.ImageIO;

/** Makes files, honest and hostile ones. */
public final class Files {

    private Files() {}

    public static Content content(byte[] bytes) {
        return Content.of("application/octet-stream", bytes);
    }

    /** A sample document of the repository. */
    public static Content sample(String name) {
        try {
            return content(java.nio.file.Files.readAllBytes(Path.of("samples", name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Black text, line by line, on white. */
    public static BufferedImage page(int width, int height, int type, String... lines) {
        BufferedImage image = new BufferedImage(width, height, type);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, width, height);
        graphics.setColor(Color.BLACK);
        graphics.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 30));
        for (int i = 0; i < lines.length; i++) {
            graphics.drawString(lines[i], 40, 70 + 60 * i);
        }
        graphics.dispose();
        return image;
    }

    public static byte[] encoded(BufferedImage image, String format) {
        var bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, format, bytes)) {
                throw new IllegalArgumentException("nothing writes this as " + format);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    public static byte[] cut(byte[] bytes, double part) {
        return Arrays.copyOf(bytes, (int) (bytes.length * part));
    }

    /** A PNG file of grey pixels, all zero: a few bytes for any number of pixels. */
    public static byte[] png(int width, int height, int packedBytes) {
        byte[] header =
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put(new byte[] {8, 0, 0, 0, 0})
                        .array();
        var file = new ByteArrayOutputStream();
        file.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10});
        chunk(file, "IHDR", header);
        chunk(file, "IDAT", zeros(packedBytes));
        chunk(file, "IEND", new byte[0]);
        return file.toByteArray();
    }

    /** The file with another chunk behind its header. */
    public static byte[] withChunk(byte[] png, String type, byte[] body) {
        var file = new ByteArrayOutputStream();
        file.write(png, 0, 33);
        chunk(file, type, body);
        file.write(png, 33, png.length - 33);
        return file.toByteArray();
    }

    /** Zeros, packed with Deflate to about that many bytes. */
    public static byte[] zeros(int packedBytes) {
        var packed = new ByteArrayOutputStream();
        Deflater deflater = new Deflater(9);
        byte[] zeros = new byte[1 << 16];
        byte[] out = new byte[1 << 16];
        while (packed.size() < packedBytes) {
            deflater.setInput(zeros);
            while (!deflater.needsInput()) {
                packed.write(out, 0, deflater.deflate(out));
            }
        }
        deflater.finish();
        while (!deflater.finished()) {
            packed.write(out, 0, deflater.deflate(out));
        }
        deflater.end();
        return packed.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream file, String type, byte[] body) {
        byte[] name = type.getBytes(StandardCharsets.ISO_8859_1);
        CRC32 sum = new CRC32();
        sum.update(name);
        sum.update(body);
        file.writeBytes(ByteBuffer.allocate(4).putInt(body.length).array());
        file.writeBytes(name);
        file.writeBytes(body);
        file.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
    }
}
