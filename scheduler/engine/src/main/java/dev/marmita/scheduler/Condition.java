package dev.marmita.scheduler;

import java.time.Instant;
import java.util.Objects;

/**
 * One aspect of a deployment's state.
 *
 * @param status whether it holds
 * @param reason one word in CamelCase, stable, for programs and people
 * @param message plain words
 * @param since when status or reason changed last
 */
public record Condition(Type type, boolean status, String reason, String message, Instant since) {

    /** The aspects. */
    public enum Type {
        /** Requests are answered now, or after the wake-up of a sleeping deployment. */
        READY("Ready"),
        /** The newest revision is on its way into service. */
        PROGRESSING("Progressing"),
        /** The specification's references could be resolved to versions. */
        RESOLVED("Resolved"),
        /** Whoever calls the endpoint must show who he is. */
        PROTECTED("Protected"),
        /** The identity provider has the groups and clients that the specification's access asks for. */
        ACCESS_PROVISIONED("AccessProvisioned");

        private final String text;

        Type(String text) {
            this.text = text;
        }

        /** As shown to people and programs. */
        public String text() {
            return text;
        }
    }

    public Condition {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(since, "since");
    }
}
