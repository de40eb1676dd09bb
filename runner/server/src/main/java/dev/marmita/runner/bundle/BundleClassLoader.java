package dev.marmita.runner.bundle;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Classes of a bundle: its own jars, the service API and the JDK. Nothing of the server's own libraries
 * is seen, so that a bundle may bring whichever versions it likes.
 */
final class BundleClassLoader extends URLClassLoader {

    static {
        registerAsParallelCapable();
    }

    private BundleClassLoader(List<URL> jars, ClassLoader server) {
        super("bundle", jars.toArray(URL[]::new), new Shared(server));
    }

    /**
     * @param lib the bundle's folder of jars
     * @throws BundleInvalidException where there is none
     */
    static BundleClassLoader of(Path lib) throws BundleInvalidException {
        List<Path> jars = new ArrayList<>();
        if (Files.isDirectory(lib)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(lib, "*.jar")) {
                entries.forEach(jars::add);
            } catch (IOException e) {
                throw new BundleInvalidException("the bundle's lib/ cannot be read", e);
            }
        }
        if (jars.isEmpty()) {
            throw new BundleInvalidException("the bundle has no jar in lib/");
        }
        jars.sort(Comparator.naturalOrder());
        List<URL> urls = new ArrayList<>();
        for (Path jar : jars) {
            try {
                urls.add(jar.toUri().toURL());
            } catch (IOException e) {
                throw new BundleInvalidException("the bundle's " + jar + " cannot be read", e);
            }
        }
        return new BundleClassLoader(urls, BundleClassLoader.class.getClassLoader());
    }

    /** What a bundle shares with the server: the API that both speak, and nullness annotations. */
    private static final class Shared extends ClassLoader {

        private final ClassLoader server;

        Shared(ClassLoader server) {
            super("service-api", ClassLoader.getPlatformClassLoader());
            this.server = server;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith("dev.marmita.service.")
                    || name.startsWith("org.jspecify.annotations.")) {
                return server.loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }
}
