package dev.marmita.runner.http;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Bounds what is in the house: requests, and bytes of their bodies. Thread-safe. */
public final class Admission {

    private final int maxRequests;
    private final long maxBytes;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    public Admission(int maxRequests, long maxBytes) {
        this.maxRequests = maxRequests;
        this.maxBytes = maxBytes;
    }

    int maxRequests() {
        return maxRequests;
    }

    /** A request comes in; false: it must not. Else {@link #leave} follows. */
    public boolean enter() {
        if (requests.incrementAndGet() > maxRequests) {
            requests.decrementAndGet();
            return false;
        }
        return true;
    }

    /** A request has left. */
    public void leave() {
        requests.decrementAndGet();
    }

    /** Memory for so many bytes; false: there is none. Else {@link #give} follows. */
    public boolean take(long count) {
        if (bytes.addAndGet(count) > maxBytes) {
            bytes.addAndGet(-count);
            return false;
        }
        return true;
    }

    /** Gives back what was taken. */
    public void give(long count) {
        bytes.addAndGet(-count);
    }

    /** Requests accepted and not yet answered. */
    public int inFlight() {
        return requests.get();
    }

    /** Bytes of bodies held. */
    public long heldBytes() {
        return bytes.get();
    }
}
