package dev.marmita.runner.work;

import dev.marmita.service.RequestContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One request from its arrival to its answer. Thread-safe. */
public final class RequestScope implements RequestContext {

    private static final int MAX_STAGES = 64;

    /** A named part of the time that a request took. */
    public record Stage(String name, long nanos) {}

    private final String requestId;
    private final Function<String, @Nullable String> headers;
    private final Instant arrived;
    private final long arrivedNanos = System.nanoTime();
    private volatile long allowedNanos;
    private volatile LongConsumer onShortened = remaining -> {};
    private final List<Stage> stages = new ArrayList<>();
    private final List<Runnable> onCancel = new ArrayList<>();
    private volatile boolean cancelled;

    /**
     * @param headers first value of a header by case-insensitive name
     * @param remaining time to the deadline, from now
     */
    public RequestScope(
            String requestId,
            Function<String, @Nullable String> headers,
            Duration remaining,
            Instant now) {
        this.requestId = requestId;
        this.headers = headers;
        this.arrived = now;
        this.allowedNanos = remaining.toNanos();
    }

    @Override
    public String requestId() {
        return requestId;
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.apply(name));
    }

    @Override
    public Instant deadline() {
        return arrived.plusNanos(allowedNanos);
    }

    @Override
    public boolean cancelled() {
        return cancelled || expired();
    }

    /** Whether the deadline has passed. */
    public boolean expired() {
        return System.nanoTime() - arrivedNanos >= allowedNanos;
    }

    /** The caller said that it waits so long, counted from the arrival; a longer time changes nothing. */
    public void allow(Duration fromArrival) {
        long nanos = fromArrival.toNanos();
        if (nanos < allowedNanos) {
            allowedNanos = nanos;
            onShortened.accept(Math.max(0, nanos - (System.nanoTime() - arrivedNanos)));
        }
    }

    /** Is told the nanoseconds that are left when {@link #allow} takes some away. */
    public void onShortened(LongConsumer action) {
        onShortened = action;
    }

    /** Nobody waits for the answer any more. Idempotent. */
    public void cancel() {
        List<Runnable> actions;
        synchronized (onCancel) {
            if (cancelled) {
                return;
            }
            cancelled = true;
            actions = List.copyOf(onCancel);
            onCancel.clear();
        }
        actions.forEach(Runnable::run);
    }

    /** Runs the action when, or if already, cancelled; {@link #forget} takes it back. */
    public void onCancel(Runnable action) {
        synchronized (onCancel) {
            if (!cancelled) {
                onCancel.add(action);
                return;
            }
        }
        action.run();
    }

    /** Undoes {@link #onCancel}. */
    public void forget(Runnable action) {
        synchronized (onCancel) {
            onCancel.remove(action);
        }
    }

    /** The same name again adds to the first; beyond 64 names a stage is dropped. */
    @Override
    public void stage(String name, long nanos) {
        synchronized (stages) {
            for (int i = 0; i < stages.size(); i++) {
                Stage stage = stages.get(i);
                if (stage.name().equals(name)) {
                    stages.set(i, new Stage(name, stage.nanos() + nanos));
                    return;
                }
            }
            if (stages.size() < MAX_STAGES) {
                stages.add(new Stage(name, nanos));
            }
        }
    }

    /** What has been recorded so far. */
    public List<Stage> stages() {
        synchronized (stages) {
            return List.copyOf(stages);
        }
    }
}
