package dev.marmita.scheduler.jpa;

import java.util.List;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

interface RevisionRepository extends JpaRepository<RevisionEntity, RevisionEntity.Key> {

    @Query(
            "select r from RevisionEntity r where r.key.tenant = :tenant"
                    + " and r.key.deployment = :deployment and r.key.number < :before"
                    + " order by r.key.number desc")
    List<RevisionEntity> page(String tenant, String deployment, long before, Limit limit);

    /** Those too old to matter, but never the one that serves. */
    @Modifying
    @Query(
            nativeQuery = true,
            value =
                    """
                    delete from revision r using deployment d
                    where r.tenant = :tenant and r.deployment = :deployment and r.number <= :upTo
                      and d.tenant = r.tenant and d.name = r.deployment and r.number <> d.serving""")
    int trim(String tenant, String deployment, long upTo);
}
