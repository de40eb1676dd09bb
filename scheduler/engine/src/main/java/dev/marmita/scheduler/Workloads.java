package dev.marmita.scheduler;

import dev.marmita.routing.Route;
import dev.marmita.scheduler.compute.ReplicaSpec.Work;
import dev.marmita.scheduler.plan.Autoscaler.Bounds;
import dev.marmita.scheduler.spec.Bundle;
import dev.marmita.scheduler.spec.DeploymentSpec;
import java.time.Duration;

/** What a specification means to backend, gateway and autoscaler. */
final class Workloads {

    private static final Duration LEAST_DRAIN = Duration.ofSeconds(10);
    private static final Duration LONGEST_DRAIN = Duration.ofMinutes(15);
    private static final long MAX_QUEUE_BYTES = 256L << 20;

    private Workloads() {}

    /** What a replica does: two specifications with the same work and pool need no new revision. */
    static Work work(DeploymentSpec spec, Bundle bundle) {
        Duration timeout = spec.limits().requestTimeout();
        Duration drain = timeout.compareTo(LEAST_DRAIN) < 0 ? LEAST_DRAIN : timeout;
        return new Work(
                bundle,
                spec.resources(),
                spec.scaling().targetConcurrency(),
                spec.limits().maxBodyBytes(),
                timeout,
                drain.compareTo(LONGEST_DRAIN) > 0 ? LONGEST_DRAIN : drain,
                spec.env(),
                spec.secrets());
    }

    static Work work(Revision revision) {
        return work(revision.spec(), revision.bundle());
    }

    static boolean runsTheSame(Revision revision, DeploymentSpec spec, Bundle bundle) {
        return revision.spec().nodePool().equals(spec.nodePool())
                && work(revision).equals(work(spec, bundle));
    }

    static Route.Limits limits(DeploymentSpec spec) {
        DeploymentSpec.Limits limits = spec.limits();
        long bytes =
                limits.maxBodyBytes() > MAX_QUEUE_BYTES / Math.max(1, limits.maxQueue())
                        ? Math.max(MAX_QUEUE_BYTES, limits.maxBodyBytes())
                        : limits.maxQueue() * limits.maxBodyBytes();
        return new Route.Limits(
                limits.maxQueue(),
                bytes,
                limits.maxBodyBytes(),
                limits.requestTimeout().toMillis(),
                limits.wakeTimeout().toMillis());
    }

    static Bounds bounds(DeploymentSpec spec) {
        DeploymentSpec.Scaling scaling = spec.scaling();
        return new Bounds(
                scaling.minReplicas(),
                scaling.maxReplicas(),
                scaling.targetConcurrency(),
                scaling.idleTimeout());
    }
}
