package dev.marmita.scheduler;

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

    /** The state in one word. */
    public enum Phase {
        PENDING("Pending"),
        STARTING("Starting"),
        READY("Ready"),
        /** Ready, while another revision is rolled out. */
        UPDATING("Updating"),
        /** No replica runs; a request wakes one. */
        IDLE("Idle"),
        /** It serves, but its newest revision does not work. */
        DEGRADED("Degraded"),
        FAILED("Failed"),
        DELETING("Deleting");

        private final String text;

        Phase(String text) {
            this.text = text;
        }

        /** As shown to people and programs. */
        public String text() {
            return text;
        }
    }

    public DeploymentStatus {
        conditions = List.copyOf(conditions);
        replicas = List.copyOf(replicas);
    }
}
