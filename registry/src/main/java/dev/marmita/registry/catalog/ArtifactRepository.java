package dev.marmita.registry.catalog;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.repository.Repository;

interface ArtifactRepository extends Repository<ArtifactEntity, ArtifactEntity.Key> {

    /** 1 where the name is new or was deleted; the numbers of a deleted one go on. */
    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery(
            """
            insert into artifact
                (kind, name, description, tags, next_version, deleted, created_at, created_by, updated_at)
            values (:kind, :name, :description, cast(:tags as jsonb), 1, false, :now, :actor, :now)
            on conflict (kind, name) do update
                set description = excluded.description, tags = excluded.tags, deleted = false,
                    created_at = excluded.created_at, created_by = excluded.created_by,
                    updated_at = excluded.updated_at
                where artifact.deleted
            """)
    int create(
            String kind, String name, String description, String tags, String actor, Instant now);

    @NativeQuery("select * from artifact where kind = :kind and name = :name and not deleted")
    Optional<ArtifactEntity> find(String kind, String name);

    /** Whoever changes anything of a name holds this lock, so that its labels and numbers agree. */
    @NativeQuery(
            "select * from artifact where kind = :kind and name = :name and not deleted for update")
    Optional<ArtifactEntity> lock(String kind, String name);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery(
            """
            update artifact
            set description = :description, tags = cast(:tags as jsonb), updated_at = :now
            where kind = :kind and name = :name
            """)
    int update(String kind, String name, String description, String tags, Instant now);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery(
            """
            update artifact set next_version = next_version + 1, updated_at = :now
            where kind = :kind and name = :name
            """)
    int count(String kind, String name, Instant now);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery(
            """
            update artifact set deleted = true, updated_at = :now
            where kind = :kind and name = :name
            """)
    int delete(String kind, String name, Instant now);

    @NativeQuery(
            """
            select a.* from artifact a
            where a.kind = :kind and not a.deleted and a.name > :after
              and (:text = '' or position(lower(:text) in lower(a.name || ' ' || a.description)) > 0)
              and (:label = '' or exists (
                    select 1 from label l
                    where l.kind = a.kind and l.name = a.name and l.label = :label))
              and (:tags = '{}' or a.tags @> cast(:tags as jsonb) or exists (
                    select 1 from artifact_version v
                    where v.kind = a.kind and v.name = a.name and v.tags @> cast(:tags as jsonb)))
            order by a.name
            limit :limit
            """)
    List<ArtifactEntity> list(
            String kind, String after, String text, String label, String tags, int limit);
}
