package dev.marmita.cli.demo;

import dev.marmita.cli.api.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A model that the demonstration imports.
 *
 * @param name in the registry
 * @param slot of the document service
 * @param entry in the published jar of models
 */
record DemoModel(String name, String slot, String entry, String description) {

    /** All of them: {@code models.json} beside this class. */
    static List<DemoModel> all() throws IOException {
        try (InputStream in = DemoModel.class.getResourceAsStream("models.json")) {
            if (in == null) {
                throw new IOException("models.json is not in the jar");
            }
            return Json.items(Json.parse(in.readAllBytes())).stream()
                    .map(
                            it ->
                                    new DemoModel(
                                            Json.text(it, "name"),
                                            Json.text(it, "slot"),
                                            Json.text(it, "entry"),
                                            Json.text(it, "description")))
                    .toList();
        }
    }

    /** Unpacks it into a folder. */
    Path unpack(Path jar, Path folder) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            ZipEntry found = zip.getEntry(entry);
            if (found == null) {
                throw new IOException("%s has no entry %s".formatted(jar, entry));
            }
            Path file = folder.resolve(name + ".onnx");
            try (InputStream in = zip.getInputStream(found)) {
                Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            }
            return file;
        }
    }
}
