package dev.marmita.scheduler;

import dev.marmita.scheduler.plan.Phase;
import java.util.List;

/**
 * What the scheduler last saw of a deployment.
 *
 * @param observedGeneration the generation of the specification that this is about
 * @param servingRevision the revision that takes the traffic; 0 while none ever could
 * @param conditions one of each type, in the order of the types; empty until first seen
 */
public record DeploymentStatus(
        Phase phase,
        long observedGeneration,
        long servingRevision,
        int readyReplicas,
        List<Condition> conditions,
        List<Replica> replicas) {

    public DeploymentStatus {
        conditions = List.copyOf(conditions);
        replicas = List.copyOf(replicas);
    }
}
