package dev.marmita.routing;

import java.util.List;
import java.util.Objects;

/**
 * Everything a gateway needs to know about one endpoint.
 *
 * @param generation grows with every change of this route; a gateway never replaces a newer by an older
 * @param wakes true where a request that finds no replica is held and wakes one ({@code on-demand}, or
 *     {@code online} while it starts); false where it is refused at once ({@code reason} says why)
 * @param reason why nothing can serve, in plain words; empty where {@code wakes} or replicas are there
 * @param access who may call it; a route written before there was any has {@link Access#DEFAULT}
 * @param targets the revisions that take traffic; may be empty
 * @param remaining replicas that live and take no traffic, for they stop or cannot serve now; they are
 *     asked about the tasks that they hold, and nothing else
 */
public record Route(
        EndpointId endpoint,
        long generation,
        boolean wakes,
        String reason,
        Access access,
        Limits limits,
        List<Target> targets,
        List<Replica> remaining) {

    public Route {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(reason, "reason");
        access = Objects.requireNonNullElse(access, Access.DEFAULT);
        targets = List.copyOf(targets);
        // A route written before there were any has none.
        remaining = remaining == null ? List.of() : List.copyOf(remaining);
    }

    /** A route beside whose targets nothing lives. */
    public Route(
            EndpointId endpoint,
            long generation,
            boolean wakes,
            String reason,
            Access access,
            Limits limits,
            List<Target> targets) {
        this(endpoint, generation, wakes, reason, access, limits, targets, List.of());
    }

    /**
     * A revision and its ready replicas.
     *
     * @param weight share of the traffic relative to the other targets, 0 or more; a target without
     *     replicas takes none while another has some
     */
    public record Target(long revision, int weight, List<Replica> replicas) {
        public Target {
            if (weight < 0) {
                throw new IllegalArgumentException("weight must be 0 or more: " + weight);
            }
            replicas = List.copyOf(replicas);
        }
    }

    /**
     * A ready runner.
     *
     * @param id unique for all time; a restarted runner is another replica
     * @param concurrency requests that it takes at once, 1 or more
     */
    public record Replica(String id, String host, int port, int concurrency) {
        public Replica {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(host, "host");
            if (port < 1 || port > 65_535 || concurrency < 1) {
                throw new IllegalArgumentException("port " + port + ", concurrency " + concurrency);
            }
        }
    }

    /**
     * Bounds of one endpoint, in each gateway.
     *
     * @param maxQueue requests that may wait for a free replica or a wake-up
     * @param maxQueueBytes bodies that may be held in memory meanwhile, in bytes
     * @param maxBodyBytes largest request body, in bytes
     * @param requestTimeoutMillis from the request's last byte to the answer's first; the wait for a replica
     *     to start has a bound of its own
     * @param wakeTimeoutMillis how long a request may wait for a replica
     */
    public record Limits(
            int maxQueue,
            long maxQueueBytes,
            long maxBodyBytes,
            long requestTimeoutMillis,
            long wakeTimeoutMillis) {

        public static final Limits DEFAULT =
                new Limits(256, 256L << 20, 64L << 20, 60_000, 120_000);

        public Limits {
            if (maxQueue < 0
                    || maxQueueBytes < 0
                    || maxBodyBytes < 1
                    || requestTimeoutMillis < 1
                    || wakeTimeoutMillis < 1) {
                throw new IllegalArgumentException("limits out of range");
            }
        }
    }
}
