package dev.marmita.scheduler.spec;

import dev.marmita.routing.Access;
import java.time.Duration;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a tenant declares shall run. Made by {@link SpecParser}, which holds the bounds; written by
 * {@link SpecJson}.
 *
 * @param models by slot of the service
 * @param access who may call the endpoint
 * @param nodePool where replicas may run
 * @param secrets by the name that the tenant gave them
 * @param followLabels whether a moved label makes a new revision
 * @param secretsFollow whether a new value of a secret makes a new revision
 */
public record DeploymentSpec(
        ArtifactRef service,
        SortedMap<String, ArtifactRef> models,
        Mode mode,
        Resources resources,
        String nodePool,
        Scaling scaling,
        Limits limits,
        Access access,
        SortedMap<String, String> env,
        SortedMap<String, SecretTarget> secrets,
        boolean followLabels,
        boolean secretsFollow) {

    public DeploymentSpec {
        Objects.requireNonNull(service, "service");
        Objects.requireNonNull(mode, "mode");
        Objects.requireNonNull(access, "access");
        models = Collections.unmodifiableSortedMap(new TreeMap<>(models));
        env = Collections.unmodifiableSortedMap(new TreeMap<>(env));
        secrets = Collections.unmodifiableSortedMap(new TreeMap<>(secrets));
    }

    /** Whether at least one replica always runs, or none while nobody asks. */
    public enum Mode {
        ONLINE("online"),
        ON_DEMAND("on-demand");

        private final String text;

        Mode(String text) {
            this.text = text;
        }

        /** As in the specification. */
        public String text() {
            return text;
        }
    }

    /**
     * What one replica gets.
     *
     * @param cpuMillis thousandths of a core
     * @param memoryBytes all of the process: heap and native memory
     */
    public record Resources(int cpuMillis, long memoryBytes) {

        /** Cores that the replica may count on, rounded up. */
        public int cores() {
            return Math.ceilDiv(cpuMillis, 1000);
        }
    }

    /**
     * How many replicas, and when.
     *
     * @param targetConcurrency requests that a replica takes at once
     * @param idleTimeout from the last request to no replica, where {@code minReplicas} is 0
     */
    public record Scaling(
            int minReplicas, int maxReplicas, int targetConcurrency, Duration idleTimeout) {}

    /**
     * Bounds at the endpoint.
     *
     * @param maxQueue requests that may wait in each gateway
     * @param maxBodyBytes largest request body
     */
    public record Limits(
            int maxQueue, long maxBodyBytes, Duration requestTimeout, Duration wakeTimeout) {}

    /** The same, running the given versions for good instead of what its references mean today. */
    public DeploymentSpec pinnedTo(Bundle bundle) {
        TreeMap<String, ArtifactRef> pinned = new TreeMap<>();
        bundle.models()
                .forEach(
                        (slot, model) ->
                                pinned.put(
                                        slot, ArtifactRef.pinned(model.name(), model.version())));
        return new DeploymentSpec(
                ArtifactRef.pinned(bundle.service().name(), bundle.service().version()),
                pinned,
                mode,
                resources,
                nodePool,
                scaling,
                limits,
                access,
                env,
                secrets,
                followLabels,
                secretsFollow);
    }

    /**
     * The same work, with the mode, the number of replicas, the queue and the access of another: what a
     * roll-back leaves as it is. Whoever was locked out since must not come back with old work.
     */
    public DeploymentSpec scaledAs(DeploymentSpec other) {
        return new DeploymentSpec(
                service,
                models,
                other.mode,
                resources,
                nodePool,
                new Scaling(
                        other.scaling.minReplicas,
                        other.scaling.maxReplicas,
                        scaling.targetConcurrency,
                        other.scaling.idleTimeout),
                new Limits(
                        other.limits.maxQueue,
                        limits.maxBodyBytes,
                        limits.requestTimeout,
                        other.limits.wakeTimeout),
                other.access,
                env,
                secrets,
                other.followLabels,
                other.secretsFollow);
    }
}
