package dev.marmita.scheduler.jpa;

import jakarta.persistence.EntityManager;
import java.util.List;

/** The one row of {@code scheduler_lease}. Each method is to run in a transaction. */
final class LeaseRepository {

    private final EntityManager entities;

    LeaseRepository(EntityManager entities) {
        this.entities = entities;
    }

    List<?> acquire(String holder, long ttlMillis, boolean inherit) {
        return entities.createNativeQuery(
                        """
                        update scheduler_lease
                        set holder = :holder, epoch = epoch + 1,
                            expires_at = clock_timestamp() + :ttl * interval '1 millisecond'
                        where name = 'scheduler'
                          and ((:inherit and holder = :holder) or expires_at < clock_timestamp())
                        returning epoch""",
                        Long.class)
                .setParameter("holder", holder)
                .setParameter("inherit", inherit)
                .setParameter("ttl", ttlMillis)
                .getResultList();
    }

    boolean renew(String holder, long epoch, long ttlMillis) {
        return entities.createNativeQuery(
                                """
                                update scheduler_lease
                                set expires_at = clock_timestamp() + :ttl * interval '1 millisecond'
                                where name = 'scheduler' and holder = :holder and epoch = :epoch""")
                        .setParameter("holder", holder)
                        .setParameter("epoch", epoch)
                        .setParameter("ttl", ttlMillis)
                        .executeUpdate()
                == 1;
    }

    void release(String holder, long epoch) {
        entities.createNativeQuery(
                        """
                        update scheduler_lease set expires_at = 'epoch'
                        where name = 'scheduler' and holder = :holder and epoch = :epoch""")
                .setParameter("holder", holder)
                .setParameter("epoch", epoch)
                .executeUpdate();
    }

    /** Whether that epoch is the present one; nobody can begin another before the transaction ends. */
    boolean holds(long epoch) {
        return !entities.createNativeQuery(
                        "select epoch from scheduler_lease where name = 'scheduler' and epoch = :epoch"
                                + " for share",
                        Long.class)
                .setParameter("epoch", epoch)
                .getResultList()
                .isEmpty();
    }
}
