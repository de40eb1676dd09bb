package dev.marmita.runner.work;

import dev.marmita.service.RequestContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One request from its arrival to its answer. Thread-safe. */
public final class RequestScope implements RequestContext {

    private static final int MAX_STAGES = 64;
    private static final int DEFAULT_URGENCY = 3;
    private static final Pattern URGENCY = Pattern.compile("(?:^|[,\\s])u=([0-7])(?:$|[,;\\s])");

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
    private final List<RequestScope> members;
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
        this(requestId, headers, remaining.toNanos(), now, List.of());
    }

    private RequestScope(
            String requestId,
            Function<String, @Nullable String> headers,
            long allowedNanos,
            Instant now,
            List<RequestScope> members) {
        this.requestId = requestId;
        this.headers = headers;
        this.arrived = now;
        this.allowedNanos = allowedNanos;
        this.members = members;
    }

    /**
     * Several requests that are worked for at once: its stages are theirs, its deadline is the latest.
     *
     * @param requests at least one
     */
    static RequestScope together(List<RequestScope> requests) {
        RequestScope first = requests.getFirst();
        RequestScope latest = first;
        for (RequestScope request : requests) {
            latest = request.deadlineNanos() - latest.deadlineNanos() > 0 ? request : latest;
        }
        long gone = System.nanoTime() - latest.arrivedNanos;
        return new RequestScope(
                first.requestId,
                first.headers,
                latest.allowedNanos - gone,
                latest.arrived.plusNanos(gone),
                List.copyOf(requests));
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

    /** {@link #deadline()} on the clock of {@link System#nanoTime()}. */
    public long deadlineNanos() {
        return arrivedNanos + allowedNanos;
    }

    /** From 0, the most urgent, to 7, as the request's {@code Priority} header says (RFC 9218). */
    public int urgency() {
        String header = headers.apply("Priority");
        if (header == null) {
            return DEFAULT_URGENCY;
        }
        Matcher matcher = URGENCY.matcher(header);
        return matcher.find() ? matcher.group(1).charAt(0) - '0' : DEFAULT_URGENCY;
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
        members.forEach(member -> member.stage(name, nanos));
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

    /** Nanoseconds recorded under that name so far. */
    public long spent(String name) {
        synchronized (stages) {
            for (Stage stage : stages) {
                if (stage.name().equals(name)) {
                    return stage.nanos();
                }
            }
            return 0;
        }
    }

    /** Nanoseconds since the request arrived. */
    public long age() {
        return System.nanoTime() - arrivedNanos;
    }

    /** What has been recorded so far. */
    public List<Stage> stages() {
        synchronized (stages) {
            return List.copyOf(stages);
        }
    }
}
