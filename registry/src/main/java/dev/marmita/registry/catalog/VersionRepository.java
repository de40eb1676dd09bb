package dev.marmita.registry.catalog;

import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.repository.Repository;

interface VersionRepository extends Repository<VersionEntity, VersionEntity.Key> {

    VersionEntity saveAndFlush(VersionEntity version);

    @NativeQuery(
            "select * from artifact_version where kind = :kind and name = :name and number = :number")
    Optional<VersionEntity> find(String kind, String name, int number);

    @NativeQuery(
            """
            select * from artifact_version
            where kind = :kind and name = :name and number < :below
            order by number desc limit :limit
            """)
    List<VersionEntity> newest(String kind, String name, long below, int limit);

    /** Any version of that content: what was found in it once need not be found again. */
    @NativeQuery("select * from artifact_version where kind = :kind and digest = :digest limit 1")
    Optional<VersionEntity> findByContent(String kind, String digest);

    @NativeQuery("select distinct digest from artifact_version where kind = :kind and name = :name")
    List<String> digests(String kind, String name);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery(
            """
            update artifact_version set tags = cast(:tags as jsonb)
            where kind = :kind and name = :name and number = :number
            """)
    int tag(String kind, String name, int number, String tags);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery(
            "delete from artifact_version where kind = :kind and name = :name and number = :number")
    int delete(String kind, String name, int number);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery("delete from artifact_version where kind = :kind and name = :name")
    int deleteAll(String kind, String name);
}
