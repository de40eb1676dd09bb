package dev.marmita.gateway;

import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * What every request of a gateway works with; thread-safe parts only.
 *
 * @param nanos {@code System.nanoTime()}, or a test's
 */
record Services(
        GatewaySettings settings,
        Directory directory,
        Gatekeeper gatekeeper,
        ForwardedHeaders forwarded,
        RetryPolicy retries,
        BufferBudget budget,
        Account.Books books,
        InstantSource clock,
        LongSupplier nanos) {

    long now() {
        return nanos.getAsLong();
    }
}
