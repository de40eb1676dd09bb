package dev.marmita.acceptance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Small artifacts, made from nothing: an ONNX model and a service bundle. */
final class Artifacts {

    private Artifacts() {}

    /**
     * An ONNX model (IR 8, opset 17) of one FP32 input {@code x} and output {@code y} of shape [n], y = x.
     * Field numbers are those of the public onnx.proto3.
     *
     * @param mark goes into the file's metadata, so that another mark makes another digest
     */
    static byte[] identityModel(String mark) {
        byte[] node = message(text(1, "x"), text(2, "y"), text(4, "Identity"));
        byte[] graph =
                message(
                        bytes(1, node),
                        text(2, "g"),
                        bytes(11, vector("x")),
                        bytes(12, vector("y")));
        byte[] opset = message(text(1, ""), number(2, 17));
        byte[] property = message(text(1, "mark"), text(2, mark));
        return message(
                number(1, 8),
                text(2, "acceptance"),
                bytes(7, graph),
                bytes(8, opset),
                bytes(14, property));
    }

    /** The identity model with an initializer of so many bytes that nobody needs; its bytes follow. */
    static byte[] largeModelHead(long size) {
        byte[] node = message(text(1, "x"), text(2, "y"), text(4, "Identity"));
        byte[] tensor = message(number(1, size / 4), number(2, 1), text(8, "ballast"));
        byte[] rest =
                message(
                        bytes(1, node),
                        text(2, "g"),
                        bytes(11, vector("x")),
                        bytes(12, vector("y")));
        byte[] raw = announce(9, size);
        long tensorSize = tensor.length + raw.length + size;
        byte[] initializer = announce(5, tensorSize);
        long graphSize = rest.length + initializer.length + tensorSize;
        byte[] opset = message(text(1, ""), number(2, 17));
        return message(
                number(1, 8),
                text(2, "acceptance"),
                bytes(8, opset),
                announce(7, graphSize),
                rest,
                initializer,
                tensor,
                raw);
    }

    /** Key and length of a field whose bytes come later. */
    private static byte[] announce(int field, long size) {
        var out = new ByteArrayOutputStream();
        varint(out, field << 3 | 2);
        varint(out, size);
        return out.toByteArray();
    }

    /** A bundle whose only class is {@code dev.marmita.acceptance.service.Echo}. */
    static byte[] echoBundle(String description) throws IOException {
        String manifest =
                "name: echo\nclass: dev.marmita.acceptance.service.Echo\ndescription: "
                        + description
                        + "\nmodels:\n  model: {description: any model of one vector}\n";
        return zip(
                new Entry("service.yaml", manifest.getBytes(StandardCharsets.UTF_8)),
                new Entry("lib/echo.jar", serviceJar()));
    }

    record Entry(String name, byte[] content) {}

    static byte[] zip(Entry... entries) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (Entry entry : entries) {
                zip.putNextEntry(new ZipEntry(entry.name()));
                zip.write(entry.content());
                zip.closeEntry();
            }
        }
        return out.toByteArray();
    }

    private static byte[] serviceJar() throws IOException {
        Path classes = Path.of("target/test-classes");
        var entries = new java.util.ArrayList<Entry>();
        try (var files = Files.list(classes.resolve("dev/marmita/acceptance/service"))) {
            for (Path file : files.sorted().toList()) {
                entries.add(
                        new Entry(classes.relativize(file).toString(), Files.readAllBytes(file)));
            }
        }
        return zip(entries.toArray(Entry[]::new));
    }

    private static byte[] vector(String name) {
        byte[] dimension = message(text(2, "n"));
        byte[] tensor = message(number(1, 1), bytes(2, message(bytes(1, dimension))));
        return message(text(1, name), bytes(2, message(bytes(1, tensor))));
    }

    private static byte[] message(byte[]... fields) {
        var out = new ByteArrayOutputStream();
        for (byte[] field : fields) {
            out.writeBytes(field);
        }
        return out.toByteArray();
    }

    private static byte[] text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] bytes(int field, byte[] value) {
        var out = new ByteArrayOutputStream();
        varint(out, field << 3 | 2);
        varint(out, value.length);
        out.writeBytes(value);
        return out.toByteArray();
    }

    private static byte[] number(int field, long value) {
        var out = new ByteArrayOutputStream();
        varint(out, (long) field << 3);
        varint(out, value);
        return out.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest > 0x7f) {
            out.write((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
