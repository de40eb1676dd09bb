package dev.marmita.scheduler.jpa;

import java.time.Instant;
import java.util.List;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

interface DeploymentRepository extends JpaRepository<DeploymentEntity, DeploymentKey> {

    @Query(
            "select d from DeploymentEntity d where d.key.tenant = :tenant and d.key.name > :after"
                    + " order by d.key.name")
    List<DeploymentEntity> page(String tenant, String after, Limit limit);

    @Query(
            "select count(d) from DeploymentEntity d where d.key.tenant = :tenant and not d.deleting")
    int countLiving(String tenant);

    /** Tenant, name, generation. */
    interface KeyRow {
        String getTenant();

        String getName();

        long getGeneration();
    }

    @Query(
            "select d.key.tenant as tenant, d.key.name as name, d.generation as generation"
                    + " from DeploymentEntity d order by d.key.tenant, d.key.name")
    List<KeyRow> keys();

    @Modifying
    @Query(
            nativeQuery = true,
            value =
                    """
                    insert into deployment (tenant, name, generation, spec, revision, created_at, updated_at)
                    values (:tenant, :name, 1, :spec, 1, :now, :now) on conflict do nothing""")
    int create(String tenant, String name, String spec, Instant now);

    @Modifying
    @Query(
            nativeQuery = true,
            value =
                    """
                    update deployment set generation = generation + 1, spec = :spec,
                        revision = revision + :newRevisions, updated_at = :now, unresolved = '',
                        created_at = case when deleting then :now else created_at end,
                        serving = case when deleting then 0 else serving end, deleting = false
                    where tenant = :tenant and name = :name and generation = :expected""")
    int replace(
            String tenant, String name, long expected, String spec, int newRevisions, Instant now);

    @Modifying
    @Query(
            nativeQuery = true,
            value =
                    """
                    update deployment set generation = generation + 1, deleting = true, updated_at = :now
                    where tenant = :tenant and name = :name and generation = :expected""")
    int markDeleting(String tenant, String name, long expected, Instant now);

    @Modifying
    @Query(
            nativeQuery = true,
            value =
                    """
                    update deployment set serving = :revision,
                        failed_revision = case when failed_revision = :revision then 0
                                               else failed_revision end
                    where tenant = :tenant and name = :name and :revision <= revision""")
    int serve(String tenant, String name, long revision);

    @Modifying
    @Query(
            nativeQuery = true,
            value =
                    "update deployment set failed_revision = :revision"
                            + " where tenant = :tenant and name = :name")
    int giveUp(String tenant, String name, long revision);

    @Modifying
    @Query(
            nativeQuery = true,
            value =
                    "update deployment set unresolved = :why"
                            + " where tenant = :tenant and name = :name")
    int unresolved(String tenant, String name, String why);

    @Modifying
    @Query(
            nativeQuery = true,
            value =
                    """
                    update deployment set phase = :phase, observed_generation = :generation,
                        ready_replicas = :ready
                    where tenant = :tenant and name = :name""")
    int status(String tenant, String name, String phase, long generation, int ready);

    @Modifying
    @Query(
            nativeQuery = true,
            value = "delete from deployment where tenant = :tenant and name = :name and deleting")
    int purge(String tenant, String name);

    @Query(nativeQuery = true, value = "select nextval('route_generation')")
    long nextRouteGeneration();
}
