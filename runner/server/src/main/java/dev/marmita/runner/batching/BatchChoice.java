package dev.marmita.runner.batching;

import java.util.Objects;

/**
 * What the runner does with a model's calls, and why.
 *
 * @param limit calls in one run, at most
 * @param gain time of a row alone over time of a row in a batch of the chosen size; 1 where that is not
 *     known
 */
public record BatchChoice(State state, int limit, double gain) {

    /** How far the runner is with its choice. */
    public enum State {
        /** The deployment wants none. */
        SWITCHED_OFF("off: the deployment says so"),
        /** The deployment wants them wherever shapes allow. */
        SWITCHED_ON("on: the deployment says so"),
        /** The model's inputs and outputs have no common variable first dimension. */
        UNSUITABLE("off: the model's shapes do not tell a batch dimension"),
        /** Seen to give other answers in a batch. */
        UNSAFE("off: an answer changed when it was computed in a batch"),
        /** Seen to fail in a batch where nothing fails alone. */
        FAILS("off: calls that succeed alone failed in a batch"),
        MEASURING("measuring"),
        PAYS("on: measured to pay"),
        DOES_NOT_PAY("off: measured not to pay");

        private final String text;

        State(String text) {
            this.text = text;
        }

        /** For logs and people. */
        public String text() {
            return text;
        }
    }

    public BatchChoice {
        Objects.requireNonNull(state, "state");
    }

    /** Whether the same is done, however it was measured. */
    public boolean sameAs(BatchChoice other) {
        return state == other.state && limit == other.limit;
    }
}
