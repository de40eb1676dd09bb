package dev.marmita.scheduler.compute;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.spec.Bundle;
import dev.marmita.scheduler.spec.DeploymentSpec.Resources;
import dev.marmita.scheduler.spec.SecretTarget;
import java.time.Duration;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One replica to run.
 *
 * @param id unique for all time
 * @param restarts failed replicas of the same revision that came before it without a pause
 */
public record ReplicaSpec(
        String id, EndpointId endpoint, long revision, String nodePool, int restarts, Work work) {

    /**
     * What it does; the same for every replica of a revision.
     *
     * @param concurrency requests that it takes at once
     * @param drain how long accepted requests may go on after the order to stop
     * @param secrets where those of the bundle are to be found
     */
    public record Work(
            Bundle bundle,
            Resources resources,
            int concurrency,
            long maxBodyBytes,
            Duration requestTimeout,
            Duration drain,
            SortedMap<String, String> env,
            SortedMap<String, SecretTarget> secrets) {
        public Work {
            // An order that was written before there were secrets has none.
            secrets = secrets == null ? new TreeMap<>() : secrets;
        }

        /** Without secrets. */
        public Work(
                Bundle bundle,
                Resources resources,
                int concurrency,
                long maxBodyBytes,
                Duration requestTimeout,
                Duration drain,
                SortedMap<String, String> env) {
            this(
                    bundle,
                    resources,
                    concurrency,
                    maxBodyBytes,
                    requestTimeout,
                    drain,
                    env,
                    new TreeMap<>());
        }
    }

    public ReplicaSpec {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(work, "work");
        if (!id.matches("[a-z0-9-]{1,100}")) {
            throw new IllegalArgumentException("not a replica id: " + id);
        }
    }
}
