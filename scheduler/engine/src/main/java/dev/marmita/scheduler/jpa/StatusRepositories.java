package dev.marmita.scheduler.jpa;

import java.util.List;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

/** What is replaced whenever a status changes. */
final class StatusRepositories {

    private StatusRepositories() {}

    interface Conditions extends JpaRepository<ConditionEntity, ConditionEntity.Key> {
        @Query(
                "select c from ConditionEntity c where c.key.tenant = :tenant"
                        + " and c.key.deployment in :deployments")
        List<ConditionEntity> of(String tenant, List<String> deployments);
    }

    interface Replicas extends JpaRepository<ReplicaEntity, String> {
        @Query(
                "select r from ReplicaEntity r where r.tenant = :tenant"
                        + " and r.deployment in :deployments order by r.createdAt, r.id")
        List<ReplicaEntity> of(String tenant, List<String> deployments);

        @Modifying
        @Query(
                "delete from ReplicaEntity r where r.tenant = :tenant and r.deployment = :deployment"
                        + " and r.id not in :kept")
        int deleteAllBut(String tenant, String deployment, List<String> kept);
    }

    interface Events extends JpaRepository<EventEntity, Long> {
        @Query(
                "select e from EventEntity e where e.tenant = :tenant"
                        + " and e.deployment = :deployment order by e.id desc")
        List<EventEntity> newest(String tenant, String deployment, Limit limit);

        @Modifying
        @Query(
                nativeQuery = true,
                value =
                        """
                        delete from deployment_event where tenant = :tenant and deployment = :deployment
                          and id <= (select id from deployment_event
                                     where tenant = :tenant and deployment = :deployment
                                     order by id desc offset 200 limit 1)""")
        int trim(String tenant, String deployment);
    }
}
