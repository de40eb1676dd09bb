package dev.marmita.scheduler.jpa;

import dev.marmita.scheduler.Deployment;
import dev.marmita.scheduler.DeploymentStatus;
import dev.marmita.scheduler.Event;
import dev.marmita.scheduler.Replica;
import dev.marmita.scheduler.jpa.JpaDeploymentStore.Repositories;
import dev.marmita.scheduler.spec.SpecJson;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.data.domain.Limit;

/** Conditions, replicas and events of deployments. To be used in a transaction. */
final class StatusRows {

    private final Repositories repositories;

    StatusRows(Repositories repositories) {
        this.repositories = repositories;
    }

    /** With their status; all of one tenant. */
    List<Deployment> read(List<DeploymentEntity> rows) {
        if (rows.isEmpty()) {
            return List.of();
        }
        String tenant = rows.getFirst().key.tenant();
        List<String> names = rows.stream().map(row -> row.key.name()).toList();
        Map<String, List<ConditionEntity>> conditions =
                repositories.conditions().of(tenant, names).stream()
                        .collect(Collectors.groupingBy(c -> c.key.deployment()));
        Map<String, List<ReplicaEntity>> replicas =
                repositories.replicas().of(tenant, names).stream()
                        .collect(Collectors.groupingBy(r -> r.deployment));
        return rows.stream()
                .map(
                        row ->
                                deployment(
                                        row,
                                        conditions.getOrDefault(row.key.name(), List.of()),
                                        replicas.getOrDefault(row.key.name(), List.of())))
                .toList();
    }

    private static Deployment deployment(
            DeploymentEntity row, List<ConditionEntity> conditions, List<ReplicaEntity> replicas) {
        DeploymentStatus status =
                new DeploymentStatus(
                        row.phase,
                        row.observedGeneration,
                        row.serving,
                        row.readyReplicas,
                        conditions.stream()
                                .map(ConditionEntity::condition)
                                .sorted(Comparator.comparing(condition -> condition.type()))
                                .toList(),
                        replicas.stream().map(ReplicaEntity::replica).toList());
        return new Deployment(
                row.key.endpoint(),
                row.generation,
                SpecJson.read(row.spec),
                row.revision,
                row.deleting,
                row.createdAt,
                row.updatedAt,
                status);
    }

    void write(DeploymentKey key, DeploymentStatus status, List<Event> events) {
        int known =
                repositories
                        .deployments()
                        .status(
                                key.tenant(),
                                key.name(),
                                status.phase().name(),
                                status.observedGeneration(),
                                status.readyReplicas());
        if (known == 0) {
            return;
        }
        status.conditions()
                .forEach(c -> repositories.conditions().save(new ConditionEntity(key, c)));
        List<String> kept = status.replicas().stream().map(Replica::id).toList();
        repositories
                .replicas()
                .deleteAllBut(key.tenant(), key.name(), kept.isEmpty() ? List.of("") : kept);
        status.replicas().forEach(r -> repositories.replicas().save(new ReplicaEntity(key, r)));
        if (!events.isEmpty()) {
            events.forEach(event -> repositories.events().save(new EventEntity(key, event)));
            repositories.events().flush();
            repositories.events().trim(key.tenant(), key.name());
        }
    }

    List<Event> events(DeploymentKey key, int most) {
        return repositories.events().newest(key.tenant(), key.name(), Limit.of(most)).stream()
                .map(EventEntity::event)
                .toList();
    }
}
