package dev.marmita.runner;

import dev.marmita.runner.onnx.OnnxModel;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Settings of the libraries that must stand before the first of their classes is loaded. */
final class Libraries {

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
        Path natives = home().resolveSibling("native");
        if ("amd64".equals(System.getProperty("os.arch"))
                && Files.isRegularFile(natives.resolve("libonnxruntime.so"))) {
            setIfAbsent("onnxruntime.native.path", natives.toString());
        }
        Thread.ofPlatform().name("load-onnxruntime").daemon().start(OnnxModel::loadRuntime);
    }

    /** The folder of the jar that this class came from. */
    private static Path home() {
        try {
            Path jar =
                    Path.of(
                            Libraries.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI());
            Path folder = jar.toAbsolutePath().getParent();
            return folder == null ? Path.of("/") : folder;
        } catch (URISyntaxException e) {
            return Path.of("/");
        }
    }

    private static void setIfAbsent(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }
}
