package dev.marmita.registry.onnx;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the inspector's process is started with: a JVM, two entries of class path, the unpacked native
 * libraries, and {@code prlimit} where there is one.
 */
final class InspectorRuntime {

    private static final List<Path> PRLIMIT =
            List.of(Path.of("/usr/bin/prlimit"), Path.of("/bin/prlimit"));
    private static final int HEAP_MIB = 128;

    private final String java;
    private final String classPath;
    private final Optional<Path> natives;
    private final Optional<Path> prlimit;

    private InspectorRuntime(
            String java, String classPath, Optional<Path> natives, Optional<Path> prlimit) {
        this.java = java;
        this.classPath = classPath;
        this.natives = natives;
        this.prlimit = prlimit;
    }

    /** Unpacks the native libraries into the folder, once for all inspections. */
    static InspectorRuntime prepare(Path folder) throws IOException {
        return new InspectorRuntime(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                place(InspectorMain.class)
                        + System.getProperty("path.separator")
                        + place(OrtEnvironment.class),
                natives(folder),
                PRLIMIT.stream().filter(Files::isExecutable).findFirst());
    }

    /**
     * @param memory bytes that the process may have, heap and native
     * @param cpuSeconds after which the kernel ends it, should the parent not be there to do it
     */
    List<String> command(Path file, long memory, long cpuSeconds) {
        List<String> command = new ArrayList<>();
        prlimit.ifPresent(
                path ->
                        command.addAll(
                                List.of(
                                        path.toString(),
                                        "--data=" + memory,
                                        "--cpu=" + cpuSeconds,
                                        "--core=0",
                                        "--nofile=256",
                                        "--")));
        command.add(java);
        command.addAll(
                List.of(
                        "-Xmx" + HEAP_MIB + "m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:ActiveProcessorCount=1",
                        "-XX:CompressedClassSpaceSize=64m",
                        "-XX:ReservedCodeCacheSize=32m",
                        "-XX:-UsePerfData",
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:ErrorFile=/dev/null",
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED"));
        natives.ifPresent(folder -> command.add("-Donnxruntime.native.path=" + folder));
        command.addAll(List.of("-cp", classPath, InspectorMain.class.getName(), file.toString()));
        return command;
    }

    private static Path place(Class<?> type) {
        try {
            URI location = type.getProtectionDomain().getCodeSource().getLocation().toURI();
            return Path.of(location);
        } catch (URISyntaxException
                | IllegalArgumentException
                | FileSystemNotFoundException nested) {
            throw new IllegalStateException(
                    "the platform must run from plain jars, not from jars within a jar: the"
                            + " process that opens models cannot be started from "
                            + type.getProtectionDomain().getCodeSource().getLocation(),
                    nested);
        }
    }

    private static Optional<Path> natives(Path folder) throws IOException {
        String from = "/ai/onnxruntime/native/" + platform() + "/";
        List<String> names =
                Stream.of("onnxruntime", "onnxruntime4j_jni").map(System::mapLibraryName).toList();
        for (String name : names) {
            try (InputStream library = OrtEnvironment.class.getResourceAsStream(from + name)) {
                if (library == null) {
                    // ONNX Runtime then finds or unpacks them by itself
                    return Optional.empty();
                }
                Files.createDirectories(folder);
                Files.copy(library, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return Optional.of(folder.toAbsolutePath());
    }

    private static String platform() {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return (os.contains("mac") ? "osx" : os.contains("win") ? "win" : "linux")
                + (arch.contains("aarch64") || arch.contains("arm64") ? "-aarch64" : "-x64");
    }
}
