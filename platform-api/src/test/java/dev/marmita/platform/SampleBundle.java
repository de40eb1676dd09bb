package dev.marmita.platform;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A service bundle with the classes of {@code dev.marmita.sample}. */
final class SampleBundle {

    private SampleBundle() {}

    static byte[] bytes() {
        return bytes("sample");
    }

    static byte[] bytes(String name) {
        return zip(
                List.of(
                        new Entry(
                                "service.yaml",
                                """
                                name: %s
                                class: dev.marmita.sample.SampleService
                                description: For tests
                                models:
                                  classifier: {description: any model}
                                """
                                        .formatted(name)
                                        .getBytes(StandardCharsets.UTF_8)),
                        new Entry("lib/sample.jar", jar())));
    }

    private record Entry(String name, byte[] bytes) {}

    private static byte[] jar() {
        return zip(
                List.of(
                                "SampleService",
                                "SampleService$Question",
                                "SampleService$Answer",
                                "SampleService$Given")
                        .stream()
                        .map(name -> "dev/marmita/sample/" + name + ".class")
                        .map(path -> new Entry(path, Client.resource("/" + path)))
                        .toList());
    }

    private static byte[] zip(List<Entry> entries) {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(bytes)) {
            for (Entry entry : entries) {
                var header = new ZipEntry(entry.name());
                header.setTime(0);
                zip.putNextEntry(header);
                zip.write(entry.bytes());
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
