package dev.marmita.service;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a public method of the service class callable as {@code POST <route>}.
 *
 * <p>The method takes one record (its components are the fields of the JSON object or of the
 * multipart form), or one {@link Content} (the raw body), or a {@link java.util.stream.Stream} (what a
 * caller sends piece by piece), or nothing; after it, optionally, a {@link RequestContext}. Where the
 * record has exactly one {@link Content} component, a raw body whose media type that component accepts
 * fills it and the query string fills the others.
 *
 * <p>It returns a record, list or map (JSON), a {@link Content} (raw body), a {@link String}
 * (text/plain), or a {@link java.util.stream.Stream}: of records, sent as server-sent events, lines of
 * JSON or messages of a WebSocket, as the caller likes; of strings or {@link Content}, sent as pieces of
 * one body. A stream is pulled while it is sent, no faster than the caller reads, and closed at the end.
 *
 * <p>A method that is {@link #batchable} takes a list of these and returns a list of these instead, one
 * result for each request.
 *
 * <p>Methods are called concurrently, on the runner's threads.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Api {

    /** The path below the endpoint, starting with a slash; empty: a slash and the method's name. */
    String route() default "";

    /** One sentence for {@code /schema.json}, {@code /docs.json} and the try-it page. */
    String description() default "";

    /**
     * Whether the method can also be called as a task, whose result is fetched later: {@code POST
     * <route>/submit}, {@code GET <route>/status}, {@code GET <route>/get}, {@code POST <route>/retry} and
     * {@code PUT <route>/cancel}. A task neither takes nor gives a stream.
     */
    boolean task() default false;

    /**
     * Whether the method takes several requests at once: {@code List<Out> name(List<In> requests)}, and
     * after the requests, optionally, a {@code List<RequestContext>}. Both lists are unmodifiable and of
     * one length, 1 or more; the result must have as many elements, the first for the first request.
     *
     * <p>Callers see nothing of it: each sends one {@code In} and gets one {@code Out}. The runner puts
     * requests together that wait at the same time, where it has measured that this is cheaper. What does
     * not fit is refused before, and who has left or is too late is not among them. Where a call for
     * several fails, whatever it did, the method is called again for each of them by itself.
     */
    boolean batchable() default false;

    /** Requests in one call of a {@link #batchable} method, at most; 0: what the deployment says. */
    int maxBatchSize() default 0;

    /**
     * How many milliseconds a request for a {@link #batchable} method may wait for others while some are
     * on their way; 0: what the deployment says.
     */
    int maxBatchDelayMillis() default 0;
}
