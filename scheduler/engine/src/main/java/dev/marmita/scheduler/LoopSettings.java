package dev.marmita.scheduler;

import java.time.Duration;

/**
 * Times of the loop.
 *
 * @param holder who holds the lease; the same again after a restart of the same scheduler
 * @param resync how often every deployment is looked at, and changed rows are found that no signal told of
 * @param republish how often routes are published though they did not change
 * @param labelPoll how often labels are looked at, and changes found that no signal told of
 * @param checkpoint how often the use of replicas is written
 * @param stopGrace how long replicas have to end when all are stopped
 */
public record LoopSettings(
        String holder,
        int workers,
        Duration leaseTtl,
        Duration resync,
        Duration republish,
        Duration labelPoll,
        Duration checkpoint,
        boolean stopReplicasOnClose,
        Duration stopGrace) {

    /** For that holder, everything else as usual. */
    public static LoopSettings defaults(String holder) {
        return new LoopSettings(
                holder,
                8,
                Duration.ofSeconds(15),
                Duration.ofSeconds(5),
                Duration.ofSeconds(60),
                Duration.ofSeconds(30),
                Duration.ofSeconds(2),
                true,
                Duration.ofSeconds(15));
    }
}
