package dev.marmita.runner.work;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

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

    /**
     * Runs an action for several requests at once: it is cancelled when all of them are, and its stages
     * are theirs.
     */
    public void runForAll(List<RequestScope> scopes, Runnable action) {
        if (scopes.isEmpty()) {
            action.run();
            return;
        }
        if (scopes.size() == 1) {
            run(scopes.getFirst(), action);
            return;
        }
        RequestScope all = RequestScope.together(scopes);
        AtomicInteger waiting = new AtomicInteger(scopes.size());
        Runnable left =
                () -> {
                    if (waiting.decrementAndGet() == 0) {
                        all.cancel();
                    }
                };
        scopes.forEach(scope -> scope.onCancel(left));
        try {
            run(all, action);
        } finally {
            scopes.forEach(scope -> scope.forget(left));
        }
    }
}
