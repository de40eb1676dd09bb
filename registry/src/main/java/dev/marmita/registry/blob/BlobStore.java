package dev.marmita.registry.blob;

import dev.marmita.registry.PresignedUrl;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;

/**
 * Objects under keys. A key never is the folder of another key. Thread-safe. Every method throws {@link
 * dev.marmita.registry.RegistryException.StorageUnavailable} where the store does not answer within
 * bounded time and retries, and may be repeated then.
 */
public interface BlobStore extends AutoCloseable {

    /**
     * Creates or replaces an object, wholly or not at all.
     *
     * @param length how many of the bytes, from the first on
     */
    void put(String key, byte[] bytes, int length);

    /** Begins an object in parts; invisible until completed. */
    String startMultipart(String key);

    /**
     * Stores or replaces a part.
     *
     * @param number 1 to 10,000
     * @return the part's tag, for {@link #completeMultipart}
     * @throws MultipartGone where the store knows no such begun object; some only notice when it is completed
     */
    String putPart(String key, String multipartId, int number, byte[] bytes, int length);

    /**
     * Makes the object visible. Does nothing where that was done before.
     *
     * @param etags tags by part number, from 1 without gaps; every part but the last has 5 MiB or more
     * @throws MultipartGone where the store knows no such begun object, nor the object
     */
    void completeMultipart(String key, String multipartId, SortedMap<Integer, String> etags);

    /** Forgets the parts; does nothing where there are none. */
    void abortMultipart(String key, String multipartId);

    /** Forgets the parts of every object that was begun under the key, by whomever. */
    void abortMultiparts(String key);

    /**
     * The object's bytes from an offset on, which must be below its size; to be closed. Closing early is cheap.
     *
     * @return empty where there is no such object
     */
    Optional<InputStream> open(String key, long offset);

    /** The object's size; empty where there is no such object. */
    OptionalLong size(String key);

    /** Copies within the store, up to 5 GiB. False where there is no such object. */
    boolean copy(String from, String to);

    /** Does nothing where there is no such object. */
    void delete(String key);

    /** Deletes the objects whose keys begin with the folder and a slash. */
    void deleteFolder(String folder);

    /** A request that puts exactly that many bytes, up to 5 GiB. */
    PresignedUrl presignPut(String key, long size, Duration validity);

    /**
     * A request that gets the object.
     *
     * @param fileName what a browser saves it as
     */
    PresignedUrl presignGet(String key, String fileName, Duration validity);

    @Override
    void close();

    /** The store forgot a begun object, for instance by a rule of its own. */
    final class MultipartGone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public MultipartGone(String key, Throwable cause) {
            super("the object store no longer knows the parts of " + key, cause);
        }
    }
}
