package dev.marmita.registry.bundle;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Bundles for tests, good and bad. */
public final class Bundles {

    private static final byte[] CLASS = {(byte) 0xCA, (byte) 0xFE, (byte) 0xBA, (byte) 0xBE, 0};

    private Bundles() {}

    public static byte[] valid(String name) throws IOException {
        return zip(Map.entry("service.yaml", manifest(name)), Map.entry("lib/service.jar", jar()));
    }

    /** The same with a remark, which makes it another content. */
    public static byte[] valid(String name, String remark) throws IOException {
        byte[] remarked =
                ("# " + remark + "\n" + new String(manifest(name), StandardCharsets.UTF_8))
                        .getBytes(StandardCharsets.UTF_8);
        return zip(Map.entry("service.yaml", remarked), Map.entry("lib/service.jar", jar()));
    }

    static byte[] manifest(String name) {
        return """
                name: %s
                class: com.acme.Service
                description: Reads.
                models:
                  detector: {description: "text detector", optional: true}
                  recogniser: {padding: {image: {axis: 3, value: 0}, mask: {axis: 1}}}
                """
                .formatted(name)
                .getBytes(StandardCharsets.UTF_8);
    }

    static byte[] jar() throws IOException {
        return jar("com/acme/Service.class");
    }

    static byte[] jar(String className) throws IOException {
        return zip(Map.entry(className, CLASS));
    }

    @SafeVarargs
    static byte[] zip(Map.Entry<String, byte[]>... entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, byte[]> entry : entries) {
                ZipEntry header = new ZipEntry(entry.getKey());
                header.setTime(0);
                zip.putNextEntry(header);
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return out.toByteArray();
    }

    /** One jar of so many zeros. */
    static byte[] bomb(long size) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(Deflater.BEST_SPEED);
            zip.putNextEntry(new ZipEntry("service.yaml"));
            zip.write(manifest("a"));
            zip.putNextEntry(new ZipEntry("lib/a.jar"));
            byte[] zeros = new byte[1 << 20];
            for (long written = 0; written < size; written += zeros.length) {
                zip.write(zeros);
            }
        }
        return out.toByteArray();
    }

    static byte[] crowd(int entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry("service.yaml"));
            zip.write(manifest("a"));
            for (int i = 1; i < entries; i++) {
                zip.putNextEntry(new ZipEntry("lib/" + i + ".jar"));
            }
        }
        return out.toByteArray();
    }

    static byte[] replaced(byte[] zip, String text, String by) {
        byte[] from = text.getBytes(StandardCharsets.US_ASCII);
        byte[] to = by.getBytes(StandardCharsets.US_ASCII);
        byte[] copy = zip.clone();
        for (int at = find(copy, from, 0); at >= 0; at = find(copy, from, at + 1)) {
            System.arraycopy(to, 0, copy, at, to.length);
        }
        return copy;
    }

    /** Where the directory tells of the entry. */
    static int lastHeader(byte[] zip, String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        int at = -1;
        for (int next = find(zip, bytes, 0); next >= 0; next = find(zip, bytes, next + 1)) {
            at = next;
        }
        return at - 46;
    }

    static int find(byte[] bytes, byte[] part, int from) {
        for (int at = from; at <= bytes.length - part.length; at++) {
            if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        return -1;
    }
}
