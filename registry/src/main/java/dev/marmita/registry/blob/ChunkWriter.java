package dev.marmita.registry.blob;

import dev.marmita.registry.RegistryException;
import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Takes a chunk in. Bytes are gathered to parts of one fixed size, each stored and then counted; what
 * is left at the chunk's end is stored as a tail, an object of its own, and taken up again by the next
 * chunk. Where a part belongs follows from its number alone, so two writers at the same offset store
 * the same part, and only one of them counts it.
 */
final class ChunkWriter {

    private final BlobStore store;
    private final BlobRows rows;

    ChunkWriter(BlobStore store, BlobRows rows) {
        this.store = store;
        this.rows = rows;
    }

    UploadEntity write(UUID id, long offset, InputStream chunk) throws IOException {
        UploadEntity upload = rows.upload(id);
        if (upload.offset() != offset) {
            throw new RegistryException.WrongOffset(offset, upload.offset());
        }
        byte[] part = new byte[upload.nextPartSize()];
        int filled = readTail(upload, part);
        while (upload.offset() < upload.size()) {
            int wanted = upload.nextPartSize();
            filled += chunk.readNBytes(part, filled, wanted - filled);
            if (filled < wanted) {
                return storeTail(upload, part, filled);
            }
            upload = storePart(upload, part, filled);
            filled = 0;
        }
        if (chunk.read() >= 0) {
            throw new RegistryException.SizeMismatch(
                    "the upload has its " + upload.size() + " bytes, but more were sent",
                    upload.size(),
                    upload.size() + 1);
        }
        return upload;
    }

    private UploadEntity storePart(UploadEntity upload, byte[] part, int length) {
        UploadEntity begun = withMultipart(upload);
        String etag =
                store.putPart(
                        begun.objectKey(),
                        multipartId(begun),
                        upload.nextPartNumber(),
                        part,
                        length);
        UploadEntity stored = rows.partStored(upload, etag, length);
        dropTail(upload);
        return stored;
    }

    private UploadEntity storeTail(UploadEntity upload, byte[] bytes, int length) {
        if (length == upload.tailBytes()) {
            return upload;
        }
        store.put(Keys.tail(upload.id(), upload.partBytes() + length), bytes, length);
        UploadEntity stored = rows.tailStored(upload, length);
        dropTail(upload);
        return stored;
    }

    private int readTail(UploadEntity upload, byte[] part) throws IOException {
        if (upload.tailBytes() == 0) {
            return 0;
        }
        try (InputStream tail =
                store.open(upload.tailKey(), 0)
                        .orElseThrow(
                                () ->
                                        new RegistryException.WrongOffset(
                                                upload.offset(),
                                                rows.upload(upload.id()).offset()))) {
            int read = tail.readNBytes(part, 0, upload.tailBytes());
            if (read != upload.tailBytes()) {
                throw new IOException("the object store gave " + read + " bytes of a tail");
            }
            return read;
        }
    }

    /** Whatever stays behind after a failure here goes with the upload's folder. */
    private void dropTail(UploadEntity before) {
        if (before.tailBytes() > 0) {
            try {
                store.delete(before.tailKey());
            } catch (RegistryException.StorageUnavailable later) {
                // the bytes of this chunk are safe: no reason to fail it
            }
        }
    }

    private UploadEntity withMultipart(UploadEntity upload) {
        if (upload.multipartId() != null) {
            return upload;
        }
        String multipartId = store.startMultipart(upload.objectKey());
        if (!rows.setMultipart(upload.id(), multipartId)) {
            store.abortMultipart(upload.objectKey(), multipartId);
        }
        return rows.upload(upload.id());
    }

    private static String multipartId(UploadEntity upload) {
        @Nullable String multipartId = upload.multipartId();
        if (multipartId == null) {
            throw new IllegalStateException("upload " + upload.id() + " was not begun");
        }
        return multipartId;
    }
}
