package dev.marmita.runner.batching;

import java.util.Objects;

/**
 * Whether calls of different lengths share the runs of a model whose author allows it, and why.
 *
 * @param gain expected time of the calls' own runs over the time of their run together; 1 where that is
 *     not known
 */
public record PaddingChoice(State state, double gain) {

    /** How far the runner is with its choice. */
    public enum State {
        MEASURING("measuring"),
        PAYS("on: measured to pay"),
        DOES_NOT_PAY("off: measured not to pay"),
        /** Seen to give other answers, or answers of other lengths. */
        UNSAFE("off: an answer changed when its inputs were filled up"),
        /** Seen to fail where nothing fails alone. */
        FAILS("off: calls that succeed alone failed when they were filled up");

        private final String text;

        State(String text) {
            this.text = text;
        }

        /** For logs and people. */
        public String text() {
            return text;
        }
    }

    public PaddingChoice {
        Objects.requireNonNull(state, "state");
    }
}
