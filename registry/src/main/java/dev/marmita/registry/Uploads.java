package dev.marmita.registry;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.UUID;

/**
 * How contents come in: open, write chunks (or one presigned PUT straight to the object store),
 * complete. Thread-safe; memory does not grow with the size. A kill at any moment loses no byte below
 * {@link Upload#offset()}, and every step may be repeated.
 */
public interface Uploads {

    /**
     * Begins an upload. It is complete at once where the content is there already. An upload of the same
     * content that the same actor left alone for a while is handed out again, to go on with.
     *
     * @param size bytes, 1 or more
     * @throws RegistryException.SizeMismatch where the content is there with another size
     */
    Upload open(Digest digest, long size, String actor);

    /**
     * @throws RegistryException.NotFound where there is none, or it expired
     */
    Upload get(UUID id);

    /**
     * Appends a chunk of any length, up to the whole rest. The offset moves on while it is read, in steps
     * of some MiB, and at its end; so after a failure ask {@link #get} where to go on. Chunks of 16 MiB
     * and more are cheapest.
     *
     * @param offset where the chunk begins: {@link Upload#offset()}
     * @param chunk is read to its end but not closed
     * @throws RegistryException.WrongOffset says the right one
     * @throws RegistryException.SizeMismatch where more bytes come than announced
     * @throws IOException where the chunk cannot be read
     */
    Upload write(UUID id, long offset, InputStream chunk) throws IOException;

    /**
     * Verifies size and digest; from then on the content can be published. Reads all of it.
     *
     * @throws RegistryException.SizeMismatch where bytes are missing
     * @throws RegistryException.DigestMismatch the upload is gone then
     */
    Upload complete(UUID id);

    /**
     * A request that puts the whole content into the object store; then {@link #complete}.
     *
     * @throws RegistryException.InvalidArgument for contents over 5 GiB, which S3 takes in parts only
     */
    PresignedUrl presignPut(UUID id, Duration validity);

    /** Gives an upload up; its bytes are deleted. A complete one keeps its content. */
    void abort(UUID id);
}
