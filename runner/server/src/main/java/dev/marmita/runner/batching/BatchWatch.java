package dev.marmita.runner.batching;

/** Is told of a model's runs and of what is chosen for it. Durations are nanoseconds. Thread-safe. */
public interface BatchWatch {

    /** Watches nothing. */
    BatchWatch NONE =
            new BatchWatch() {
                @Override
                public void executed(int calls, int rows, long input, long infer, long output) {}

                @Override
                public void waited(long nanos) {}

                @Override
                public void chose(BatchChoice choice) {}

                @Override
                public void chose(PaddingChoice choice) {}
            };

    /**
     * The model ran well, once.
     *
     * @param calls that the run answers
     * @param rows of all its calls together
     * @param input time to lay inputs together
     * @param infer time in the model
     * @param output time to take outputs apart
     */
    void executed(int calls, int rows, long input, long infer, long output);

    /** A call waited for others to run with, or for its turn. */
    void waited(long nanos);

    /** The choice changed. */
    void chose(BatchChoice choice);

    /** The choice about calls of different lengths changed. */
    void chose(PaddingChoice choice);
}
