package dev.marmita.registry.blob;

import dev.marmita.registry.Digest;
import dev.marmita.registry.PresignedUrl;
import dev.marmita.registry.RegistryException;
import dev.marmita.registry.RegistryProperties;
import dev.marmita.registry.Upload;
import dev.marmita.registry.Uploads;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Uploads whose bytes are in the object store and whose state is in rows: nothing of them is in this process. */
final class StoredUploads implements Uploads {

    private static final long LARGEST_PUT = 5L << 30;
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final BlobStore store;
    private final BlobRows rows;
    private final ChunkWriter writer;
    private final RegistryProperties.Upload limits;
    private final Semaphore writers;
    private final Semaphore verifiers;

    StoredUploads(BlobStore store, BlobRows rows, RegistryProperties.Upload limits) {
        this.store = store;
        this.rows = rows;
        this.writer = new ChunkWriter(store, rows);
        this.limits = limits;
        this.writers = new Semaphore(limits.writers());
        this.verifiers = new Semaphore(limits.writers());
    }

    @Override
    public Upload open(Digest digest, long size, String actor) {
        long largest = limits.maxSize().toBytes();
        if (size < 1 || size > largest) {
            throw new RegistryException.InvalidArgument(
                    "size", "a content has 1 to " + largest + " bytes, not " + size);
        }
        return rows.open(digest, size, actor).toUpload();
    }

    @Override
    public Upload get(UUID id) {
        return rows.upload(id).toUpload();
    }

    @Override
    public Upload write(UUID id, long offset, InputStream chunk) throws IOException {
        take(writers, "as many chunks as fit into memory are being written");
        try {
            return writer.write(id, offset, chunk).toUpload();
        } catch (BlobStore.MultipartGone gone) {
            throw lost(id, gone);
        } finally {
            writers.release();
        }
    }

    @Override
    public Upload complete(UUID id) {
        UploadEntity upload = rows.upload(id);
        if (upload.isComplete()) {
            return upload.toUpload();
        }
        take(verifiers, "as many uploads as the platform verifies at once are being completed");
        try {
            return verified(upload).toUpload();
        } catch (BlobStore.MultipartGone gone) {
            throw lost(id, gone);
        } finally {
            verifiers.release();
        }
    }

    private UploadEntity verified(UploadEntity upload) {
        String key = upload.offset() == upload.size() ? joined(upload) : copied(upload);
        Digest actual = hash(key);
        if (!actual.equals(upload.digest())) {
            rows.discard(upload.id());
            throw new RegistryException.DigestMismatch(upload.digest(), actual);
        }
        return rows.complete(upload, key);
    }

    private String joined(UploadEntity upload) {
        String multipartId = upload.multipartId();
        if (multipartId == null) {
            throw new IllegalStateException("upload " + upload.id() + " has bytes but no parts");
        }
        store.completeMultipart(upload.objectKey(), multipartId, rows.parts(upload.id()));
        return upload.objectKey();
    }

    /**
     * A presigned request can be sent again until it expires, so what it wrote must not become the
     * content: a copy that only we write is verified and kept.
     */
    private String copied(UploadEntity upload) {
        String staged = Keys.direct(upload.id());
        long there = upload.direct() ? store.size(staged).orElse(0) : upload.offset();
        if (there != upload.size()) {
            throw new RegistryException.SizeMismatch(
                    there + " of " + upload.size() + " bytes are there", upload.size(), there);
        }
        String key = Keys.blob(upload.digest(), UUID.randomUUID());
        rows.announce(key);
        if (!store.copy(staged, key)) {
            throw new RegistryException.SizeMismatch("no bytes are there", upload.size(), 0);
        }
        return key;
    }

    private Digest hash(String key) {
        return Hashing.digest(new ResumingInputStream(store, key));
    }

    @Override
    public PresignedUrl presignPut(UUID id, Duration validity) {
        UploadEntity upload = rows.upload(id);
        if (upload.size() > LARGEST_PUT) {
            throw new RegistryException.InvalidArgument(
                    "size", "the object store takes contents over 5 GiB in chunks only");
        }
        rows.setDirect(id);
        return store.presignPut(Keys.direct(id), upload.size(), bounded(validity));
    }

    @Override
    public void abort(UUID id) {
        rows.discard(id);
    }

    static Duration bounded(Duration validity) {
        if (validity.compareTo(BlobRows.LONGEST_PRESIGN) > 0 || !validity.isPositive()) {
            throw new RegistryException.InvalidArgument(
                    "validity", "a presigned request is valid for up to an hour");
        }
        return validity;
    }

    private RegistryException lost(UUID id, BlobStore.MultipartGone gone) {
        rows.discard(id);
        RegistryException error =
                new RegistryException.NotFound(
                        "the object store lost the parts of upload " + id + ": begin again");
        error.addSuppressed(gone);
        return error;
    }

    private static void take(Semaphore permits, String why) {
        try {
            if (permits.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw new RegistryException.Busy(why, RETRY_AFTER);
    }
}
