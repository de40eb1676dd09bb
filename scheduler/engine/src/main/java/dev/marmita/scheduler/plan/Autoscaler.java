package dev.marmita.scheduler.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How many replicas there shall be. Pure: everything that it remembers is in {@link State}. After
 * Knative's autoscaler: the mean concurrency of a long stable window decides, that of a short panic
 * window takes over when it asks for much more than is ready, and while it panics nothing scales down.
 * Beyond Knative a queue counts at once: whoever waits shall not wait for a window to fill.
 */
public final class Autoscaler {

    /**
     * @param panicThreshold panic begins when the panic window asks for so many times the ready replicas
     * @param scaleDownDelay a lower number must have been enough for so long
     */
    public record Settings(
            Duration stableWindow,
            Duration panicWindow,
            double panicThreshold,
            Duration scaleDownDelay) {

        public static final Settings DEFAULT =
                new Settings(
                        Duration.ofSeconds(60), Duration.ofSeconds(6), 2.0, Duration.ofSeconds(30));
    }

    /** What the deployment allows and wants. */
    public record Bounds(int min, int max, int targetConcurrency, Duration idleTimeout) {}

    /**
     * What is seen now.
     *
     * @param lastRequest when a request was seen last; empty: never
     * @param ready replicas that serve
     */
    public record Demand(int inFlight, int queued, Optional<Instant> lastRequest, int ready) {}

    /** A second's concurrency. */
    record Bucket(long second, double sum, int samples) {
        double mean() {
            return sum / samples;
        }
    }

    /** A number that was right at some time. */
    record Proposal(long second, int replicas) {}

    /** What is remembered from one decision to the next; bounded by the windows. */
    public record State(
            List<Bucket> buckets,
            List<Proposal> proposals,
            Optional<Instant> panicUntil,
            int panicPeak,
            Optional<Instant> lastActivity) {

        /** Nothing seen yet. */
        public static final State EMPTY =
                new State(List.of(), List.of(), Optional.empty(), 0, Optional.empty());

        /** As if a request had just been seen: for replicas that were found alive. */
        public State activeAt(Instant now) {
            return new State(buckets, proposals, panicUntil, panicPeak, later(lastActivity, now));
        }
    }

    /**
     * @param idleAt when it will go to zero if nothing happens; empty: not at all
     */
    public record Decision(int replicas, Optional<Instant> idleAt, State state) {}

    private final Settings settings;

    public Autoscaler(Settings settings) {
        this.settings = settings;
    }

    public Decision decide(State before, Bounds bounds, Demand demand, Instant now) {
        int concurrency = demand.inFlight() + demand.queued();
        Optional<Instant> activity = before.lastActivity();
        if (demand.lastRequest().isPresent()) {
            activity = later(activity, demand.lastRequest().get());
        }
        if (concurrency > 0) {
            activity = later(activity, now);
        }
        List<Bucket> buckets = sampled(before.buckets(), concurrency, now);
        Optional<Instant> idleAt =
                bounds.min() == 0
                        ? activity.map(last -> last.plus(bounds.idleTimeout()))
                        : Optional.empty();
        if (bounds.min() == 0 && idleAt.map(at -> !now.isBefore(at)).orElse(true)) {
            // Idle: nothing of the past matters to the next wake-up.
            return new Decision(
                    0,
                    Optional.empty(),
                    new State(List.of(), List.of(), Optional.empty(), 0, activity));
        }

        int target = bounds.targetConcurrency();
        int stable = replicas(mean(buckets, settings.stableWindow(), now), target);
        int panic = replicas(mean(buckets, settings.panicWindow(), now), target);
        int waiting = demand.queued() > 0 ? Math.ceilDiv(concurrency, target) : 0;

        boolean panics =
                panic > demand.ready() && panic >= settings.panicThreshold() * demand.ready();
        Optional<Instant> panicUntil =
                panics && demand.ready() > 0
                        ? Optional.of(now.plus(settings.stableWindow()))
                        : before.panicUntil().filter(now::isBefore);
        int peak = panicUntil.isPresent() ? Math.max(before.panicPeak(), panic) : 0;

        int proposal = Math.max(Math.max(stable, waiting), peak);
        int floor = Math.max(1, bounds.min());
        proposal = Math.clamp(proposal, floor, Math.max(floor, bounds.max()));
        List<Proposal> proposals = proposed(before.proposals(), proposal, now);
        int wanted = proposals.stream().mapToInt(Proposal::replicas).max().orElse(proposal);
        wanted = Math.min(wanted, Math.max(floor, bounds.max()));
        return new Decision(
                wanted, idleAt, new State(buckets, proposals, panicUntil, peak, activity));
    }

    private List<Bucket> sampled(List<Bucket> buckets, int concurrency, Instant now) {
        long second = now.getEpochSecond();
        long oldest = second - settings.stableWindow().toSeconds();
        List<Bucket> kept = new ArrayList<>(buckets.size() + 1);
        for (Bucket bucket : buckets) {
            if (bucket.second() > oldest && bucket.second() < second) {
                kept.add(bucket);
            }
        }
        Bucket last = buckets.isEmpty() ? null : buckets.getLast();
        kept.add(
                last != null && last.second() == second
                        ? new Bucket(second, last.sum() + concurrency, last.samples() + 1)
                        : new Bucket(second, concurrency, 1));
        return List.copyOf(kept);
    }

    /** The highest proposal of each second, as far back as the delay reaches. */
    private List<Proposal> proposed(List<Proposal> proposals, int proposal, Instant now) {
        long second = now.getEpochSecond();
        long oldest = second - settings.scaleDownDelay().toSeconds();
        List<Proposal> kept = new ArrayList<>(proposals.size() + 1);
        int highest = proposal;
        for (Proposal earlier : proposals) {
            if (earlier.second() == second) {
                highest = Math.max(highest, earlier.replicas());
            } else if (earlier.second() > oldest && earlier.second() < second) {
                kept.add(earlier);
            }
        }
        kept.add(new Proposal(second, highest));
        return List.copyOf(kept);
    }

    private static double mean(List<Bucket> buckets, Duration window, Instant now) {
        long oldest = now.getEpochSecond() - window.toSeconds();
        return buckets.stream()
                .filter(bucket -> bucket.second() > oldest)
                .mapToDouble(Bucket::mean)
                .average()
                .orElse(0);
    }

    private static int replicas(double concurrency, int target) {
        return (int) Math.ceil(concurrency / target);
    }

    private static Optional<Instant> later(Optional<Instant> known, Instant candidate) {
        return known.filter(at -> at.isAfter(candidate)).or(() -> Optional.of(candidate));
    }
}
