package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.compute.ReplicaLog;
import dev.marmita.scheduler.spec.DeploymentSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What tenants declare shall run. Changes are atomic and durable when a method returns; what they ask
 * for happens afterwards. Every method throws {@link DeploymentException} as its {@code Code}s say.
 * Thread-safe.
 */
public interface Deployments {

    /**
     * How to put.
     *
     * @param ifMatch the generation that must be the present one; 0: it must not exist; empty: any
     * @param dryRun check everything, change nothing
     * @param actor who asks
     */
    record PutOptions(OptionalLong ifMatch, boolean dryRun, String actor) {}

    /**
     * What became of a put.
     *
     * @param created whether there was none
     * @param changed whether anything differs from before
     * @param newRevision whether something else is to run
     */
    record PutResult(
            Deployment deployment, boolean created, boolean changed, boolean newRevision) {}

    /** Creates or replaces. A put of what is there already changes nothing. */
    PutResult put(EndpointId endpoint, DeploymentSpec spec, PutOptions options);

    /** Empty where there is none. One that is being deleted is there until it is gone. */
    Optional<Deployment> get(EndpointId endpoint);

    /** By name. {@code pageSize} is bounded to 1 … 500. */
    Page<Deployment> list(TenantId tenant, int pageSize, Optional<String> pageToken);

    /**
     * Takes a deployment out of service; its route goes at once, its replicas when they have finished
     * what they accepted. Idempotent while it goes; revisions and names are free again after that.
     */
    void delete(EndpointId endpoint, OptionalLong ifMatch);

    /** Deletes every deployment of a tenant. Idempotent. */
    void deleteAll(TenantId tenant);

    /** Newest first. */
    Page<Revision> revisions(EndpointId endpoint, int pageSize, Optional<String> pageToken);

    Revision revision(EndpointId endpoint, long number);

    /** What differs, field by field, by field name; empty where they run the same. */
    List<Revision.Change> diff(EndpointId endpoint, long from, long to);

    /**
     * Makes a new revision with the content of an old one. The specification then names the old
     * versions themselves ({@code name@version}) in place of labels: labels that move do not undo the
     * roll-back, the next put with labels does. Scaling, queue and mode stay as they are now, and secrets
     * have the versions of now.
     */
    Deployment rollback(EndpointId endpoint, long revision, OptionalLong ifMatch, String actor);

    DeploymentStatus status(EndpointId endpoint);

    /** The replicas as last seen, oldest first. */
    List<Replica> replicas(EndpointId endpoint);

    /**
     * The last lines of the runners' output.
     *
     * @param replica only that one's; empty: of all, oldest replica first
     * @param lines at most so many of each, bounded to 1 … 10,000
     */
    List<ReplicaLog> logs(EndpointId endpoint, Optional<String> replica, int lines);

    /** What happened lately, newest first, at most 200. */
    List<Event> events(EndpointId endpoint);
}
