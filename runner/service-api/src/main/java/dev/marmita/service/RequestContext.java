package dev.marmita.service;

import java.time.Instant;
import java.util.Optional;

/** What a method may want to know about the request that it answers. Thread-safe. */
public interface RequestContext {

    /** The id that the gateway gave the request; it stands in every log line about it. */
    String requestId();

    /** First value of a request header, by case-insensitive name. */
    Optional<String> header(String name);

    /** When the answer is no longer of use to the caller. */
    Instant deadline();

    /** True once the caller is gone or the deadline has passed; long work should look now and then. */
    boolean cancelled();

    /** Records how long a named stage of this request took, for metrics and the {@code Server-Timing} header. */
    void stage(String name, long nanos);
}
