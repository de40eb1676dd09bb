package dev.marmita.runner.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes bundles out of classes of the tests, which the runner then loads by themselves. */
public final class TestBundle {

    private TestBundle() {}

    /** A bundle of that class and those of its file, with models in these slots. */
    public static Path of(Path folder, Class<?> service, String... slots) {
        StringBuilder manifest =
                new StringBuilder("name: test\nclass: " + service.getName() + "\nmodels:\n");
        for (String slot : slots) {
            manifest.append("  ").append(slot).append(": {}\n");
        }
        if (slots.length == 0) {
            manifest.append("  {}\n");
        }
        return withManifest(folder, service, manifest.toString());
    }

    /** A bundle with that manifest. */
    public static Path withManifest(Path folder, Class<?> service, String manifest) {
        try {
            Files.createDirectories(folder.resolve("lib"));
            Files.writeString(folder.resolve("service.yaml"), manifest);
            jar(folder.resolve("lib/service.jar"), service);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void jar(Path file, Class<?> service) throws IOException {
        String path = service.getName().replace('.', '/');
        Path classes =
                Path.of(
                        URI.create(
                                service.getProtectionDomain()
                                        .getCodeSource()
                                        .getLocation()
                                        .toString()));
        Path folder = classes.resolve(path).getParent();
        String name = path.substring(path.lastIndexOf('/') + 1).split("\\$", 2)[0];
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out);
                DirectoryStream<Path> entries =
                        Files.newDirectoryStream(
                                folder,
                                one ->
                                        one.getFileName().toString().equals(name + ".class")
                                                || one.getFileName()
                                                        .toString()
                                                        .startsWith(name + "$"))) {
            for (Path entry : entries) {
                zip.putNextEntry(new ZipEntry(classes.relativize(entry).toString()));
                try (InputStream in = Files.newInputStream(entry)) {
                    in.transferTo(zip);
                }
            }
        }
    }
}
