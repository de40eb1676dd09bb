package dev.marmita.registry.bundle;

import dev.marmita.registry.RegistryException.InvalidArtifact;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** What the jars of a bundle must and must not hold. */
final class Jars {

    private static final int CLASS_FILE = 0xCAFEBABE;

    private Jars() {}

    static void check(List<Path> jars, String className) throws IOException {
        if (jars.isEmpty()) {
            throw new InvalidArtifact("no jar in lib/");
        }
        String wanted = className.replace('.', '/') + ".class";
        boolean found = false;
        for (Path jar : jars) {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                given(zip, "dev/marmita/service/Api.class", "service-api");
                given(zip, "ai/onnxruntime/OrtEnvironment.class", "ONNX Runtime");
                ZipEntry entry = zip.getEntry(wanted);
                found |= entry != null && isClass(zip, entry);
            } catch (ZipException broken) {
                throw new InvalidArtifact("a jar in lib/ is broken: " + broken.getMessage());
            }
        }
        if (!found) {
            throw new InvalidArtifact("class " + className + " is in no jar of lib/");
        }
    }

    private static void given(ZipFile zip, String name, String what) {
        if (zip.getEntry(name) != null) {
            throw new InvalidArtifact(
                    "a jar in lib/ holds "
                            + what
                            + ", which the runner provides: leave it out (scope provided)");
        }
    }

    private static boolean isClass(ZipFile zip, ZipEntry entry) throws IOException {
        try (DataInputStream in = new DataInputStream(zip.getInputStream(entry))) {
            return in.readInt() == CLASS_FILE;
        }
    }
}
