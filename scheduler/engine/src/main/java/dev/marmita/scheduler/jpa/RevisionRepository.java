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

    /** A secret in a revision that is the newest or serves. */
    interface SecretRow {
        String getTenant();

        String getDeployment();

        String getSecret();

        long getVersion();
    }

    /**
     * @param tenant empty: all
     */
    @Query(
            nativeQuery = true,
            value =
                    """
                    select distinct d.tenant as tenant, d.name as deployment, s.key as secret,
                        cast(s.value as bigint) as version
                    from deployment d
                    join revision r on r.tenant = d.tenant and r.deployment = d.name
                        and r.number in (d.revision, d.serving)
                    cross join lateral jsonb_each_text(
                        coalesce(cast(r.bundle as jsonb) -> 'secrets', cast('{}' as jsonb))) s
                    where :tenant in ('', d.tenant)
                    order by 1, 2, 3, 4""")
    List<SecretRow> secretUses(String tenant);

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
