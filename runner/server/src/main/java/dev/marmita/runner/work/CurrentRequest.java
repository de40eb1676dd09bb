package dev.marmita.runner.work;

import java.util.Optional;

/** The request that the current thread works for. Thread-safe. */
public final class CurrentRequest {

    private final ScopedValue<RequestScope> value = ScopedValue.newInstance();

    /** Empty on a thread that works for none, such as at start. */
    public Optional<RequestScope> get() {
        return value.isBound() ? Optional.of(value.get()) : Optional.empty();
    }

    /** Runs an action for a request. */
    public void run(RequestScope scope, Runnable action) {
        ScopedValue.where(value, scope).run(action);
    }
}
