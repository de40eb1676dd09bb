package dev.marmita.registry.bundle;

import dev.marmita.registry.RegistryException.InvalidArtifact;
import dev.marmita.registry.ServiceManifest;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a bundle. Its directory is checked and then every entry is unpacked once, with limits, so that
 * what the runner unpacks later holds no surprise, by whichever of zip's two lists of names it goes.
 */
public final class BundleReader {

    private static final String MANIFEST = "service.yaml";
    private static final String LIB = "lib/";

    private final Path scratch;
    private final Unpacking unpacking = new Unpacking();
    private final List<String> met = new ArrayList<>();
    private final List<Path> jars = new ArrayList<>();
    private @Nullable ServiceManifest manifest;

    private BundleReader(Path scratch) {
        this.scratch = scratch;
    }

    /**
     * @param zip only read
     * @param scratch an empty folder for jars while they are looked into; left empty
     * @throws InvalidArtifact says which rule of a bundle is broken
     */
    public static ServiceManifest read(Path zip, Path scratch) throws IOException {
        List<String> names = ZipDirectory.names(zip);
        BundleNames.check(names);
        if (!names.contains(MANIFEST)) {
            throw new InvalidArtifact("no service.yaml at the root of the zip");
        }
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            return new BundleReader(scratch).read(in, names);
        } catch (ZipException | IllegalArgumentException broken) {
            throw new InvalidArtifact("the zip is broken: " + broken.getMessage());
        } catch (EOFException truncated) {
            throw new InvalidArtifact("the zip is truncated");
        } finally {
            empty(scratch);
        }
    }

    private ServiceManifest read(ZipInputStream in, List<String> names) throws IOException {
        ZipEntry entry;
        while (met.size() <= names.size() && (entry = in.getNextEntry()) != null) {
            met.add(entry.getName());
            take(entry.getName(), in);
        }
        if (!met.equals(names) || manifest == null) {
            throw new InvalidArtifact("the zip's directory and its entries do not agree");
        }
        Jars.check(jars, manifest.className());
        return manifest;
    }

    private void take(String name, InputStream content) throws IOException {
        if (name.equals(MANIFEST)) {
            manifest = ManifestParser.parse(unpacking.manifest(content));
        } else if (isJar(name)) {
            Path jar = scratch.resolve(jars.size() + ".jar");
            jars.add(jar);
            try (OutputStream out = Files.newOutputStream(jar)) {
                unpacking.copy(content, out);
            }
        } else if (!name.equals(LIB)) {
            throw new InvalidArtifact(
                    "entry '"
                            + BundleNames.shown(name)
                            + "': a bundle is service.yaml and lib/*.jar");
        }
    }

    private static boolean isJar(String name) {
        return name.startsWith(LIB) && name.endsWith(".jar") && name.indexOf('/', LIB.length()) < 0;
    }

    private static void empty(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
