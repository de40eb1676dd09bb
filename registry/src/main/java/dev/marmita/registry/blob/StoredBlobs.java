package dev.marmita.registry.blob;

import dev.marmita.registry.Blobs;
import dev.marmita.registry.Digest;
import dev.marmita.registry.PresignedUrl;
import java.io.InputStream;
import java.time.Duration;

/** The contents in the object store, found by their rows. */
final class StoredBlobs implements Blobs {

    private final BlobStore store;
    private final BlobRows rows;

    StoredBlobs(BlobStore store, BlobRows rows) {
        this.store = store;
        this.rows = rows;
    }

    @Override
    public InputStream open(Digest digest) {
        return new VerifyingInputStream(
                new ResumingInputStream(store, rows.blob(digest).objectKey()), digest);
    }

    @Override
    public long size(Digest digest) {
        return rows.blob(digest).size();
    }

    @Override
    public PresignedUrl presignGet(Digest digest, String fileName, Duration validity) {
        return store.presignGet(
                rows.blob(digest).objectKey(), fileName, StoredUploads.bounded(validity));
    }
}
