package dev.marmita.registry.catalog;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.repository.Repository;

interface LabelRepository extends Repository<LabelEntity, LabelEntity.Key> {

    @NativeQuery("select version from label where kind = :kind and name = :name and label = :label")
    Optional<Integer> version(String kind, String name, String label);

    @NativeQuery("select * from label where kind = :kind and name in (:names) order by name, label")
    List<LabelEntity> ofNames(String kind, Collection<String> names);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery(
            """
            insert into label (kind, name, label, version) values (:kind, :name, :label, :version)
            on conflict (kind, name, label) do update set version = excluded.version
            """)
    int put(String kind, String name, String label, int version);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @NativeQuery("delete from label where kind = :kind and name = :name and label = :label")
    int remove(String kind, String name, String label);
}
