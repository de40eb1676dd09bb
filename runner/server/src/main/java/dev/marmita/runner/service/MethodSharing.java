package dev.marmita.runner.service;

import dev.marmita.runner.batching.JointCall;
import dev.marmita.runner.batching.JointCalls;
import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Endpoint.Sharing;
import dev.marmita.runner.http.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Requests to one method can share its calls, by whatever protocol they came. */
public record MethodSharing(JointCalls calls) implements Sharing {

    /** Empty while every request is better off by itself. */
    public static Optional<Sharing> of(JointCalls calls) {
        return calls.open() ? Optional.of(new MethodSharing(calls)) : Optional.empty();
    }

    /**
     * A request to the method among others.
     *
     * @param writing makes the answer of what the method returned
     * @param release frees what the argument holds
     */
    public record Part(
            JointCalls calls,
            JointCall call,
            Function<@Nullable Object, Reply> writing,
            Runnable release)
            implements Endpoint.Part {

        @Override
        public void run() {
            calls.runAll(List.of(call));
        }

        @Override
        public Reply reply() throws Throwable {
            return writing.apply(call.result());
        }

        @Override
        public void close() {
            release.run();
        }
    }

    @Override
    public int room() {
        return calls.room();
    }

    @Override
    public Duration patience() {
        return calls.patience();
    }

    @Override
    public void run(List<Endpoint.Part> parts) {
        calls.runAll(parts.stream().map(part -> ((Part) part).call()).toList());
    }
}
