package dev.marmita.runner.bundle;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Path;

/** An unpacked bundle with its classes loaded. */
public final class ServiceBundle implements AutoCloseable {

    private final Manifest manifest;
    private final BundleClassLoader classes;
    private final Class<?> serviceClass;

    private ServiceBundle(Manifest manifest, BundleClassLoader classes, Class<?> serviceClass) {
        this.manifest = manifest;
        this.classes = classes;
        this.serviceClass = serviceClass;
    }

    /**
     * Reads the manifest and loads the service's class.
     *
     * @param folder holds {@code service.yaml} and {@code lib/}
     * @throws BundleInvalidException saying what is wrong with the bundle
     */
    public static ServiceBundle open(Path folder) throws BundleInvalidException {
        Manifest manifest = Manifest.read(folder);
        BundleClassLoader classes = BundleClassLoader.of(folder.resolve("lib"));
        try {
            Class<?> type = Class.forName(manifest.className(), true, classes);
            requireUsable(type);
            return new ServiceBundle(manifest, classes, type);
        } catch (ClassNotFoundException e) {
            close(classes);
            throw new BundleInvalidException(
                    "class "
                            + manifest.className()
                            + " of "
                            + Manifest.FILE
                            + " is in none of the bundle's jars",
                    e);
        } catch (LinkageError e) {
            close(classes);
            throw new BundleInvalidException(
                    "class " + manifest.className() + " cannot be loaded: " + e, e);
        } catch (BundleInvalidException e) {
            close(classes);
            throw e;
        }
    }

    private static void requireUsable(Class<?> type) throws BundleInvalidException {
        if (type.getClassLoader() instanceof BundleClassLoader) {
            if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
                throw new BundleInvalidException(
                        "class " + type.getName() + " must not be abstract");
            }
            return;
        }
        throw new BundleInvalidException("class " + type.getName() + " is not of the bundle");
    }

    public Manifest manifest() {
        return manifest;
    }

    /** The service's class. */
    public Class<?> serviceClass() {
        return serviceClass;
    }

    /** For the context class loader of threads that run the service. */
    public ClassLoader classLoader() {
        return classes;
    }

    /** Classes not loaded by now can no longer be. */
    @Override
    public void close() {
        close(classes);
    }

    private static void close(BundleClassLoader classes) {
        try {
            classes.close();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
