package dev.marmita.gateway;

import dev.marmita.routing.EndpointId;
import dev.marmita.routing.Load;
import java.util.List;

/**
 * Where the gateway says what it needs. Called by one thread of the gateway that serves no request, so
 * an implementation may take its time and may throw: that delays what is reported, never a request.
 */
public interface DemandSink {

    /**
     * A request waits for this endpoint and no replica is there. Comes at once with the first such
     * request and again every second while one waits.
     */
    void wake(EndpointId endpoint);

    /**
     * What this gateway sees now, about every second, and at once when a new table is in force. An
     * endpoint that is not in the list has nothing in flight, nothing queued and has seen no request
     * here in the last hour.
     */
    void report(List<Load> loads);

    /**
     * A replica that the routes name refuses connections or broke off; the gateway has put it aside for
     * a moment. A hint to look at it sooner; may be ignored.
     *
     * @param reason in plain words
     */
    default void unreachable(EndpointId endpoint, String replica, String reason) {}
}
