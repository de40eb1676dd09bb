package dev.marmita.registry;

import java.io.InputStream;
import java.time.Duration;

/** How contents go out. Thread-safe. */
public interface Blobs {

    /**
     * The whole content; to be closed. At its end the digest is compared: a stream that ends without an
     * IOException had the right bytes. Interrupted transfers are resumed, within bounds.
     *
     * @throws RegistryException.NotFound where there is none
     */
    InputStream open(Digest digest);

    /** Bytes of the content. */
    long size(Digest digest);

    /**
     * A request that gets the content straight from the object store.
     *
     * @param fileName what a browser saves it as
     */
    PresignedUrl presignGet(Digest digest, String fileName, Duration validity);
}
