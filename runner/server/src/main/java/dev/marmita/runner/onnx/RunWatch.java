package dev.marmita.runner.onnx;

import dev.marmita.service.Model;

/** Is told of every run of a model, to measure it and to end it early. Thread-safe. */
@FunctionalInterface
public interface RunWatch {

    /** Watches nothing. */
    RunWatch NONE = (model, terminate) -> () -> {};

    /**
     * A run begins on the calling thread.
     *
     * @param terminate ends the run early, from any thread, any number of times; it then fails
     * @return to be called on the same thread when the run has ended, well or not
     */
    Runnable started(Model model, Runnable terminate);

    /**
     * Native tensors were made for runs, or came out of them, and are held from now on.
     *
     * @param tensors how many; negative: so many were freed
     */
    default void held(int tensors) {}
}
