package dev.marmita.registry.catalog;

import java.util.List;
import org.springframework.data.jpa.repository.NativeQuery;
import org.springframework.data.repository.Repository;

interface LabelEventRepository extends Repository<LabelEventEntity, Long> {

    /** Until the commit no other event gets an id: so ids grow in the order in which events become visible. */
    @NativeQuery("select 1 from pg_advisory_xact_lock(5487341207114223)")
    int lockIds();

    LabelEventEntity save(LabelEventEntity event);

    @NativeQuery(
            """
            select * from label_event
            where kind = :kind and name = :name and label = :label and id < :below
            order by id desc limit :limit
            """)
    List<LabelEventEntity> newest(String kind, String name, String label, long below, int limit);

    @NativeQuery(
            "select * from label_event where kind = :kind and id > :id order by id limit :limit")
    List<LabelEventEntity> since(String kind, long id, int limit);
}
