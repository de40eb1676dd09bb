package dev.marmita.runner.inference;

/**
 * Is told of a model's runs, by whoever runs it: the one place through which a run goes, with or without
 * a batch. Durations are nanoseconds. Thread-safe; never blocks.
 */
public interface ModelRecorder {

    /** Records nothing. */
    ModelRecorder NONE =
            new ModelRecorder() {
                @Override
                public void executed(int requests, int rows, long input, long infer, long output) {}

                @Override
                public void waited(long nanos) {}
            };

    /**
     * The model ran well, once.
     *
     * @param requests that this run answers
     * @param rows batch size of the run: the rows of all its requests together, 1 where the model has no
     *     batch dimension
     * @param input time to lay the inputs together
     * @param infer time in the model
     * @param output time to take the outputs apart
     */
    void executed(int requests, int rows, long input, long infer, long output);

    /** One request waited for others to be run with. */
    void waited(long nanos);
}
