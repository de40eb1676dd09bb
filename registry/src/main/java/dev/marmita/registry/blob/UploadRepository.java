package dev.marmita.registry.blob;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.repository.Repository;

interface UploadRepository extends Repository<UploadEntity, UUID> {

    UploadEntity save(UploadEntity upload);

    Optional<UploadEntity> findById(UUID id);

    @NativeQuery("select * from upload where id = :id for update")
    Optional<UploadEntity> lock(UUID id);

    /** One of the actor's that nobody has written to since; no other caller gets it for now. */
    @NativeQuery(
            """
            update upload set written_at = :now
            where id = (
                select id from upload
                where digest = :digest and size = :size and created_by = :actor
                  and state = 'OPEN' and written_at < :idleSince and expires_at > :now
                order by part_bytes + tail_bytes desc
                limit 1
                for update skip locked)
            returning id
            """)
    Optional<UUID> takeIdle(String digest, long size, String actor, Instant idleSince, Instant now);

    /** 0 where another writer was quicker. */
    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery(
            """
            update upload set multipart_id = :multipartId
            where id = :id and multipart_id is null and state = 'OPEN'
            """)
    int setMultipart(UUID id, String multipartId);

    /** Moves the offset; 0 where it is no longer where the writer found it. */
    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery(
            """
            update upload
            set part_bytes = :partBytes, tail_bytes = :tailBytes, written_at = :now, expires_at = :expiresAt
            where id = :id and part_bytes = :knownPartBytes and tail_bytes = :knownTailBytes
              and state = 'OPEN'
            """)
    int advance(
            UUID id,
            long knownPartBytes,
            int knownTailBytes,
            long partBytes,
            int tailBytes,
            Instant now,
            Instant expiresAt);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery(
            """
            insert into upload_part (upload_id, number, etag) values (:id, :number, :etag)
            on conflict (upload_id, number) do update set etag = excluded.etag
            """)
    int putPart(UUID id, int number, String etag);

    @NativeQuery("select number, etag from upload_part where upload_id = :id order by number")
    List<Part> parts(UUID id);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery(
            "update upload set direct = true, expires_at = :expiresAt where id = :id and state = 'OPEN'")
    int setDirect(UUID id, Instant expiresAt);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery(
            """
            update upload
            set state = 'COMPLETE', part_bytes = size, tail_bytes = 0, expires_at = :expiresAt
            where id = :id and state = 'OPEN'
            """)
    int setComplete(UUID id, Instant expiresAt);

    @NativeQuery("select id from upload where expires_at < :now order by expires_at limit :limit")
    List<UUID> expired(Instant now, int limit);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery("delete from upload where id = :id")
    int remove(UUID id);

    /** A row of {@code upload_part}. */
    interface Part {
        int getNumber();

        String getEtag();
    }
}
