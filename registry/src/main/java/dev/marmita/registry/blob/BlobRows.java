package dev.marmita.registry.blob;

import dev.marmita.registry.Digest;
import dev.marmita.registry.RegistryException;
import dev.marmita.registry.RegistryProperties;
import dev.marmita.registry.Upload;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The transactions on uploads and blobs; none of them calls the object store. A method that ends an
 * upload leaves in the same transaction what is to be deleted from the store.
 */
final class BlobRows {

    /** Longest that a presigned request is valid: until then a direct upload's folder may be written to. */
    static final Duration LONGEST_PRESIGN = Duration.ofHours(1);

    /** So long nobody may be busy any more with an object that is to be deleted. */
    private static final Duration SETTLE = Duration.ofMinutes(15);

    private static final Duration LONGEST_COPY = Duration.ofHours(6);
    private static final Duration IDLE = Duration.ofSeconds(15);

    private final BlobRepository blobs;
    private final UploadRepository uploads;
    private final GarbageRepository garbage;
    private final TransactionTemplate transactions;
    private final RegistryProperties.Upload limits;
    private final InstantSource clock;

    BlobRows(
            BlobRepository blobs,
            UploadRepository uploads,
            GarbageRepository garbage,
            TransactionTemplate transactions,
            RegistryProperties.Upload limits,
            InstantSource clock) {
        this.blobs = blobs;
        this.uploads = uploads;
        this.garbage = garbage;
        this.transactions = transactions;
        this.limits = limits;
        this.clock = clock;
    }

    /** A new upload, one to go on with, or a complete one where the content is there. */
    UploadEntity open(Digest digest, long size, String actor) {
        return transactions.execute(
                _ -> {
                    Instant now = clock.instant();
                    Optional<BlobEntity> there = blobs.findByDigest(digest.toString());
                    if (there.isPresent()) {
                        if (there.get().size() != size) {
                            throw new RegistryException.SizeMismatch(
                                    digest + " is there and has " + there.get().size() + " bytes",
                                    size,
                                    there.get().size());
                        }
                        // 0: swept in this moment, so it must come anew
                        if (blobs.touch(digest.toString(), now) > 0) {
                            return create(digest, size, Upload.State.COMPLETE, actor, now);
                        }
                    }
                    return uploads.takeIdle(digest.toString(), size, actor, now.minus(IDLE), now)
                            .flatMap(uploads::findById)
                            .orElseGet(() -> create(digest, size, Upload.State.OPEN, actor, now));
                });
    }

    private UploadEntity create(
            Digest digest, long size, Upload.State state, String actor, Instant now) {
        return uploads.save(
                new UploadEntity(
                        digest,
                        size,
                        state,
                        Math.toIntExact(limits.partSize().toBytes()),
                        actor,
                        now,
                        limits.expiry()));
    }

    UploadEntity upload(UUID id) {
        return uploads.findById(id).orElseThrow(() -> noUpload(id));
    }

    BlobEntity blob(Digest digest) {
        return blobs.findByDigest(digest.toString())
                .orElseThrow(() -> new RegistryException.NotFound("no content " + digest));
    }

    /** False where another writer has set one. */
    boolean setMultipart(UUID id, String multipartId) {
        return transactions.execute(_ -> uploads.setMultipart(id, multipartId) == 1);
    }

    /** Counts a stored part in, with the tail that it took up. */
    UploadEntity partStored(UploadEntity known, String etag, int length) {
        return transactions.execute(
                _ -> {
                    advance(known, known.partBytes() + length, 0);
                    uploads.putPart(known.id(), known.nextPartNumber(), etag);
                    return upload(known.id());
                });
    }

    UploadEntity tailStored(UploadEntity known, int length) {
        return transactions.execute(
                _ -> {
                    advance(known, known.partBytes(), length);
                    return upload(known.id());
                });
    }

    private void advance(UploadEntity known, long partBytes, int tailBytes) {
        Instant now = clock.instant();
        int moved =
                uploads.advance(
                        known.id(),
                        known.partBytes(),
                        known.tailBytes(),
                        partBytes,
                        tailBytes,
                        now,
                        now.plus(limits.expiry()));
        if (moved == 0) {
            throw new RegistryException.WrongOffset(known.offset(), upload(known.id()).offset());
        }
    }

    SortedMap<Integer, String> parts(UUID id) {
        SortedMap<Integer, String> etags = new TreeMap<>();
        uploads.parts(id).forEach(part -> etags.put(part.getNumber(), part.getEtag()));
        return etags;
    }

    void setDirect(UUID id) {
        transactions.executeWithoutResult(
                _ -> {
                    if (uploads.setDirect(id, clock.instant().plus(limits.expiry())) == 0) {
                        throw noUpload(id);
                    }
                });
    }

    /** Notes an object before it is made, so that it is deleted unless {@link #complete} gets to keep it. */
    void announce(String objectKey) {
        transactions.executeWithoutResult(
                _ -> discard(GarbageEntity.Kind.OBJECT, objectKey, LONGEST_COPY));
    }

    /** Makes the verified object the content, unless another upload was quicker. */
    UploadEntity complete(UploadEntity known, String objectKey) {
        return transactions.execute(
                _ -> {
                    UploadEntity upload =
                            uploads.lock(known.id()).orElseThrow(() -> noUpload(known.id()));
                    if (upload.isComplete()) {
                        return upload;
                    }
                    Instant now = clock.instant();
                    String digest = upload.digest().toString();
                    blobs.put(digest, upload.size(), objectKey, now);
                    garbage.keep(objectKey);
                    if (!blob(upload.digest()).objectKey().equals(objectKey)) {
                        discard(GarbageEntity.Kind.OBJECT, objectKey, SETTLE);
                    }
                    discardParts(upload);
                    uploads.setComplete(upload.id(), now.plus(limits.expiry()));
                    return upload(upload.id());
                });
    }

    /** Ends an upload that will not become a content; nothing where it is gone or complete. */
    void discard(UUID id) {
        transactions.executeWithoutResult(_ -> uploads.lock(id).ifPresent(this::discard));
    }

    private void discard(UploadEntity upload) {
        if (!upload.isComplete()) {
            discard(GarbageEntity.Kind.OBJECT, upload.objectKey(), SETTLE);
            discardParts(upload);
        }
        uploads.remove(upload.id());
    }

    /** All but the object: tails, what a presigned request put, and parts that nobody counted. */
    private void discardParts(UploadEntity upload) {
        discard(GarbageEntity.Kind.MULTIPART, upload.objectKey(), SETTLE);
        discard(
                GarbageEntity.Kind.FOLDER,
                Keys.folder(upload.id()),
                upload.direct() ? LONGEST_PRESIGN : SETTLE);
    }

    private void discard(GarbageEntity.Kind kind, String objectKey, Duration after) {
        garbage.save(new GarbageEntity(kind, objectKey, clock.instant().plus(after)));
    }

    private static RegistryException noUpload(UUID id) {
        return new RegistryException.NotFound("no upload " + id + ", or it expired");
    }
}
