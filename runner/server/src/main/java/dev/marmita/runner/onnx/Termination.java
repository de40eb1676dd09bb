package dev.marmita.runner.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;

/** Run options by which another thread may end the run, safely also when it has already ended. */
final class Termination implements Runnable, AutoCloseable {

    private final OrtSession.RunOptions options;
    private boolean closed;

    Termination() throws OrtException {
        this.options = new OrtSession.RunOptions();
    }

    OrtSession.RunOptions runOptions() {
        return options;
    }

    @Override
    public synchronized void run() {
        if (closed) {
            return;
        }
        try {
            options.setTerminate(true);
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        options.close();
    }
}
