package dev.marmita.runner.tasks;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * What is known of a task at one moment.
 *
 * @param requestId of the request that submitted it; its log lines carry it
 * @param input its media type and query string; the body is in a file
 * @param bytes that it takes on the disk
 * @param answer empty: there is none, or not yet; its body is in a file
 */
record Task(
        String id,
        String route,
        String requestId,
        Status status,
        Instant createdAt,
        Optional<Instant> executedAt,
        Optional<Instant> endedAt,
        Input input,
        long bytes,
        Optional<Answer> answer) {

    /** As BentoML names them. */
    enum Status {
        PENDING,
        IN_PROGRESS,
        COMPLETED,
        FAILED,
        CANCELED;

        boolean ended() {
            return switch (this) {
                case PENDING, IN_PROGRESS -> false;
                case COMPLETED, FAILED, CANCELED -> true;
            };
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What stands beside the body of the request. */
    record Input(String mediaType, String query) {}

    /**
     * The head of the answer.
     *
     * @param disposition empty: none
     */
    record Answer(int status, String mediaType, String disposition) {}

    boolean ended() {
        return status.ended();
    }

    /** It waits for its turn, again if its process was killed in it. */
    Task waiting() {
        return with(Status.PENDING, Optional.empty(), Optional.empty(), bytes, Optional.empty());
    }

    Task started(Instant now) {
        return with(
                Status.IN_PROGRESS, Optional.of(now), Optional.empty(), bytes, Optional.empty());
    }

    Task answered(Answer given, long size, Instant now) {
        return with(
                given.status() < 400 ? Status.COMPLETED : Status.FAILED,
                executedAt,
                Optional.of(now),
                bytes + size,
                Optional.of(given));
    }

    /** It failed without an answer. */
    Task lost(Instant now) {
        return with(Status.FAILED, executedAt, Optional.of(now), bytes, Optional.empty());
    }

    Task canceled(Instant now) {
        return with(Status.CANCELED, executedAt, Optional.of(now), bytes, Optional.empty());
    }

    private Task with(
            Status newStatus,
            Optional<Instant> executed,
            Optional<Instant> ended,
            long size,
            Optional<Answer> given) {
        return new Task(
                id, route, requestId, newStatus, createdAt, executed, ended, input, size, given);
    }
}
