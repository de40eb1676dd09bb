package dev.marmita.gateway;

import java.util.concurrent.atomic.AtomicLong;

/** Memory for request bodies of the whole gateway. Thread-safe. */
final class BufferBudget {

    private final long max;
    private final AtomicLong used = new AtomicLong();

    BufferBudget(long max) {
        this.max = max;
    }

    boolean take(long bytes) {
        long now = used.addAndGet(bytes);
        if (now > max) {
            used.addAndGet(-bytes);
            return false;
        }
        return true;
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
