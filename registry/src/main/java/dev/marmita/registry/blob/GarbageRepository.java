package dev.marmita.registry.blob;

import java.time.Instant;
import java.util.List;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.repository.Repository;

interface GarbageRepository extends Repository<GarbageEntity, Long> {

    GarbageEntity save(GarbageEntity garbage);

    /** Takes what is due and puts it off, so that a failure is tried again later and another sweeper does other work. */
    @NativeQuery(
            """
            update garbage
            set attempts = attempts + 1,
                not_before = cast(:now as timestamptz) + least(power(2, attempts), 60) * interval '1 minute'
            where id in (
                select id from garbage where not_before <= :now
                order by not_before limit :limit
                for update skip locked)
            returning *
            """)
    List<GarbageEntity> take(Instant now, int limit);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery("delete from garbage where id = :id")
    int remove(long id);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery("delete from garbage where kind = 'OBJECT' and object_key = :objectKey")
    int keep(String objectKey);
}
