package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.spec.Bundle;
import dev.marmita.scheduler.spec.DeploymentSpec;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where deployments are kept. Every method is one transaction. Those that take an {@code epoch} are the
 * leader's: they throw {@link LeaseLostException} and change nothing where another leader has come.
 */
public interface DeploymentStore {

    /**
     * What is declared, and how far it has come.
     *
     * @param serving the revision that serves; 0: none yet
     * @param failedRevision the last revision that was given up; 0: none
     * @param unresolved why its references mean nothing any more; empty: they do
     */
    record Row(
            EndpointId endpoint,
            long generation,
            DeploymentSpec spec,
            long revision,
            long serving,
            long failedRevision,
            boolean deleting,
            String unresolved) {}

    /** A deployment that there is, whatever its state. */
    record Key(EndpointId endpoint, long generation) {}

    /** A revision without its number, which the store gives. */
    record NewRevision(
            DeploymentSpec spec,
            Bundle bundle,
            Revision.Cause cause,
            OptionalLong restores,
            String createdBy) {}

    Optional<Row> find(EndpointId endpoint);

    Optional<Deployment> get(EndpointId endpoint);

    /** By name, those after the given one. */
    List<Deployment> list(TenantId tenant, int most, String afterName);

    /** Deployments that are not being deleted. */
    int count(TenantId tenant);

    List<Key> keys();

    /**
     * Creates or replaces, also a deployment that is being deleted.
     *
     * @param expected the present generation; 0: there must be none
     * @return whether it was done; false: the generation is another
     */
    boolean save(
            EndpointId endpoint,
            long expected,
            DeploymentSpec spec,
            Optional<NewRevision> revision,
            Instant now);

    /**
     * @return whether it was done; false: the generation is another
     */
    boolean markDeleting(EndpointId endpoint, long expected, Instant now);

    Optional<Revision> revision(EndpointId endpoint, long number);

    /** Newest first, those before the given number. */
    List<Revision> revisions(EndpointId endpoint, int most, long beforeNumber);

    /** Of one tenant, or of all. */
    List<SecretUse> secretUses(Optional<TenantId> tenant);

    List<Event> events(EndpointId endpoint, int most);

    /** Notes which revision serves, and forgets that it was given up once. */
    void serve(EndpointId endpoint, long revision, long epoch);

    void giveUp(EndpointId endpoint, long revision, long epoch);

    void unresolved(EndpointId endpoint, String why, long epoch);

    /** Replaces conditions and replicas and adds events; the oldest events go. */
    void saveStatus(EndpointId endpoint, DeploymentStatus status, List<Event> events, long epoch);

    /** Drops everything of a deployment that is being deleted; others are left alone. */
    void purge(EndpointId endpoint, long epoch);

    /** Grows with every call, for all endpoints together. */
    long nextRouteGeneration(long epoch);
}
