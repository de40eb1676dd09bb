package dev.marmita.registry.blob;

import dev.marmita.registry.Digest;
import dev.marmita.registry.RegistryException;
import dev.marmita.registry.RegistryProperties;
import dev.marmita.registry.UsageGuard;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * One round of tidying up: expired uploads, contents without a version, objects that are garbage.
 * Several platforms may do it at the same time. Rows go first and leave a note of their object in the
 * same transaction; the object goes after. A content that is pushed anew meanwhile has another key.
 */
final class Sweeper {

    private static final Logger LOG = LoggerFactory.getLogger(Sweeper.class);
    private static final int BATCH = 100;

    /** Readers that found the row a moment before it went get this long. */
    private static final Duration READERS = Duration.ofHours(1);

    private final BlobStore store;
    private final BlobRows rows;
    private final BlobRepository blobs;
    private final UploadRepository uploads;
    private final GarbageRepository garbage;
    private final TransactionTemplate transactions;
    private final UsageGuard usage;
    private final RegistryProperties.Sweep settings;
    private final InstantSource clock;

    Sweeper(
            BlobStore store,
            BlobRows rows,
            Repositories repositories,
            TransactionTemplate transactions,
            UsageGuard usage,
            RegistryProperties.Sweep settings,
            InstantSource clock) {
        this.store = store;
        this.rows = rows;
        this.blobs = repositories.blobs();
        this.uploads = repositories.uploads();
        this.garbage = repositories.garbage();
        this.transactions = transactions;
        this.usage = usage;
        this.settings = settings;
        this.clock = clock;
    }

    record Repositories(
            BlobRepository blobs, UploadRepository uploads, GarbageRepository garbage) {}

    void sweep() {
        expireUploads();
        sweepBlobs();
        emptyGarbage();
    }

    private void expireUploads() {
        uploads.expired(clock.instant(), BATCH).forEach(rows::discard);
    }

    private void sweepBlobs() {
        Instant before = clock.instant().minus(settings.grace());
        String after = "";
        List<BlobEntity> found;
        do {
            found = blobs.unreferenced(before, after, BATCH);
            for (BlobEntity blob : found) {
                after = blob.digest();
                try {
                    transactions.executeWithoutResult(_ -> remove(blob, before));
                } catch (DataIntegrityViolationException publishedMeanwhile) {
                    LOG.debug("{} got a version while it was swept", blob.digest());
                }
            }
        } while (found.size() == BATCH);
    }

    private void remove(BlobEntity blob, Instant before) {
        if (usage.usedBy(Digest.parse(blob.digest())).isEmpty()
                && blobs.remove(blob.digest(), blob.objectKey(), before) > 0) {
            Duration settle = settings.grace().compareTo(READERS) < 0 ? settings.grace() : READERS;
            garbage.save(
                    new GarbageEntity(
                            GarbageEntity.Kind.OBJECT,
                            blob.objectKey(),
                            clock.instant().plus(settle)));
            LOG.info("swept {}: no version has it", blob.digest());
        }
    }

    /** Ends with the first failure: a store that is down would cost every item its retries. */
    private void emptyGarbage() {
        List<GarbageEntity> due;
        do {
            due = transactions.execute(_ -> garbage.take(clock.instant(), BATCH));
            for (GarbageEntity item : due) {
                try {
                    delete(item);
                } catch (RegistryException.StorageUnavailable later) {
                    LOG.warn("cannot delete {} yet: {}", item.objectKey(), later.getMessage());
                    return;
                }
            }
        } while (due.size() == BATCH);
    }

    private void delete(GarbageEntity item) {
        String key = item.objectKey();
        switch (item.kind()) {
            case OBJECT -> store.delete(key);
            case FOLDER -> store.deleteFolder(key);
            case MULTIPART -> store.abortMultiparts(key);
        }
        Long id = item.id();
        if (id != null) {
            transactions.executeWithoutResult(_ -> garbage.remove(id));
        }
    }
}
