package dev.marmita.registry.blob;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.repository.Repository;

interface BlobRepository extends Repository<BlobEntity, String> {

    Optional<BlobEntity> findByDigest(String digest);

    /** Makes the row; where there is one of that digest, it is only touched and keeps its object. */
    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery(
            """
            insert into blob (digest, size, object_key, created_at, touched_at)
            values (:digest, :size, :objectKey, :now, :now)
            on conflict (digest) do update set touched_at = excluded.touched_at
            """)
    int put(String digest, long size, String objectKey, Instant now);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery("update blob set touched_at = :now where digest = :digest")
    int touch(String digest, Instant now);

    @NativeQuery(
            """
            select b.* from blob b
            where b.touched_at < :before
              and b.digest > :after
              and not exists (select 1 from artifact_version v where v.digest = b.digest)
            order by b.digest
            limit :limit
            """)
    List<BlobEntity> unreferenced(Instant before, String after, int limit);

    /** The condition again, for whoever came between; a version that comes even later hits its foreign key. */
    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery(
            """
            delete from blob b
            where b.digest = :digest and b.object_key = :objectKey and b.touched_at < :before
              and not exists (select 1 from artifact_version v where v.digest = b.digest)
            """)
    int remove(String digest, String objectKey, Instant before);
}
