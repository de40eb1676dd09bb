package dev.marmita.runner;

import dev.marmita.runner.onnx.OnnxModel;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/** Settings of the libraries that must stand before the first of their classes is loaded. */
final class Libraries {

    private static final String OWN_JAR = "runner-server-";

    private Libraries() {}

    /** Sets what no flag has set, and begins to load what takes longest, beside everything else. */
    static void prepare() {
        setIfAbsent("java.util.logging.SimpleFormatter.format", "%1$tFT%1$tT %4$s %3$s %5$s%6$s%n");
        setIfAbsent("vertx.disableDnsResolver", "true");
        // Each of these three saves tens of milliseconds of every start: the search of all jars for
        // loggers that are not there, and the events of a recorder that nobody has turned on.
        setIfAbsent(
                "vertx.logger-delegate-factory-class-name",
                "io.vertx.core.logging.JULLogDelegateFactory");
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        setIfAbsent("io.netty.jfr.enabled", "false");
        if ("amd64".equals(System.getProperty("os.arch"))) {
            natives()
                    .ifPresent(folder -> setIfAbsent("onnxruntime.native.path", folder.toString()));
        }
        Thread.ofPlatform().name("load-onnxruntime").daemon().start(OnnxModel::loadRuntime);
    }

    /**
     * ONNX Runtime's libraries beside the folder of the runner's jar. The class path tells where that is;
     * a class out of an AOT cache does not know its jar.
     */
    private static Optional<Path> natives() {
        return Pattern.compile(File.pathSeparator, Pattern.LITERAL)
                .splitAsStream(System.getProperty("java.class.path", ""))
                .map(Path::of)
                .filter(jar -> String.valueOf(jar.getFileName()).startsWith(OWN_JAR))
                .map(jar -> jar.toAbsolutePath().resolve("../../native").normalize())
                .filter(folder -> Files.isRegularFile(folder.resolve("libonnxruntime.so")))
                .findFirst();
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
