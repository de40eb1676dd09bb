package dev.marmita.scheduler;

import dev.marmita.routing.EndpointId;
import dev.marmita.scheduler.spec.Bundle;
import dev.marmita.scheduler.spec.DeploymentSpec;
import java.time.Instant;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * An immutable snapshot of what a deployment runs.
 *
 * @param number 1, 2, … within its deployment
 * @param spec the specification that it was made from
 * @param bundle what the specification's references meant then
 * @param restores the revision whose content it brings back, where it was made by a roll-back
 * @param createdBy who asked for it; {@code labels} where a moved label made it, {@code secrets} where a
 *     new value of a secret did
 */
public record Revision(
        EndpointId endpoint,
        long number,
        DeploymentSpec spec,
        Bundle bundle,
        Cause cause,
        OptionalLong restores,
        Instant createdAt,
        String createdBy) {

    /** Why there is a new revision. */
    public enum Cause {
        SPEC("spec"),
        LABELS("labels"),
        SECRETS("secrets"),
        ROLLBACK("rollback");

        private final String text;

        Cause(String text) {
            this.text = text;
        }

        /** As shown to people and programs. */
        public String text() {
            return text;
        }
    }

    public Revision {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(spec, "spec");
        Objects.requireNonNull(bundle, "bundle");
    }

    /** One field in which two revisions differ. Absent values are empty texts. */
    public record Change(String field, String before, String after) {}
}
