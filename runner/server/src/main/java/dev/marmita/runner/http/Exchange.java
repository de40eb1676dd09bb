package dev.marmita.runner.http;

import dev.marmita.runner.http.Endpoint.Worked;
import dev.marmita.runner.work.Job;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.BadInputException;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request for an inference thread. Everything but {@link #run} happens on the event loop of its
 * connection; exactly one answer is given, whoever comes first: the work, the deadline, or the caller's
 * leaving.
 */
final class Exchange implements Job {

    private static final long DISCARD_MILLIS = 5_000;

    private final Floor floor;
    private final Worked endpoint;
    private final HttpServerRequest request;
    private final RequestScope scope;
    private final Context context;
    private final long arrived = System.nanoTime();
    private @Nullable BodyCollector collector;
    private @Nullable ByteBuf body;
    private long timer = -1;
    private long queuedAt;
    private boolean answered;
    private boolean inside;
    private boolean working;

    Exchange(
            Floor floor,
            Worked endpoint,
            HttpServerRequest request,
            RequestScope scope,
            Context context) {
        this.floor = floor;
        this.endpoint = endpoint;
        this.request = request;
        this.scope = scope;
        this.context = context;
    }

    @Override
    public RequestScope scope() {
        return scope;
    }

    /** Takes the request in, or refuses it. */
    void begin(long timeoutMillis) {
        request.response().closeHandler(ignored -> abandoned());
        request.response().exceptionHandler(ignored -> abandoned());
        request.exceptionHandler(ignored -> abandoned());
        try {
            floor.requireOpen();
            requireKnownEncoding();
            if (!floor.admission().enter()) {
                throw RefusedException.unprocessed("too many requests wait here; try again");
            }
            inside = true;
            timer = floor.timer(Math.max(1, timeoutMillis), this::timedOut);
            scope.onShortened(nanos -> context.runOnContext(ignored -> shortened(nanos)));
            collector =
                    new BodyCollector(
                            floor.admission(),
                            floor.allocator(),
                            endpoint.layout().apply(request),
                            floor.maxBodyBytes(),
                            announced());
        } catch (RefusedException e) {
            answer(endpoint.failures().refused(e));
            return;
        }
        if ("100-continue".equalsIgnoreCase(request.getHeader("Expect"))) {
            request.response().writeContinue();
        }
        request.handler(this::received);
        request.endHandler(ignored -> complete());
    }

    /** What the server could decompress no longer has this header. */
    private void requireKnownEncoding() {
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new RefusedException(
                    501,
                    "Content-Encoding is not known here; send gzip or deflate",
                    Map.of("Accept-Encoding", "gzip, deflate"));
        }
    }

    private long announced() {
        String length = request.getHeader("Content-Length");
        if (length == null) {
            return -1;
        }
        try {
            return Long.parseLong(length);
        } catch (NumberFormatException e) {
            throw new RefusedException(400, "Content-Length is not a number");
        }
    }

    private void received(Buffer chunk) {
        if (answered || collector == null) {
            return;
        }
        try {
            collector.add(chunk);
        } catch (RefusedException e) {
            answer(endpoint.failures().refused(e));
        }
    }

    private void complete() {
        if (answered || collector == null) {
            return;
        }
        body = collector.take();
        queuedAt = System.nanoTime();
        scope.stage("receive", queuedAt - arrived);
        working = true;
        if (!floor.pool().offer(this)) {
            working = false;
            answer(
                    endpoint.failures()
                            .refused(
                                    RefusedException.unprocessed(
                                            "too many requests wait here; try again")));
        }
    }

    /** On an inference thread. */
    @Override
    public void run() {
        scope.stage("queue", System.nanoTime() - queuedAt);
        Reply reply = scope.cancelled() ? null : work();
        if (reply instanceof Reply.Events events) {
            new EventStream(request, scope, context, floor).send(events, this::head);
            context.runOnContext(ignored -> finished(null));
        } else {
            Reply.Whole whole = (Reply.Whole) reply;
            context.runOnContext(ignored -> finished(whole));
        }
    }

    private Reply work() {
        ByteBuf input = body;
        if (input == null) {
            throw new IllegalStateException("no body");
        }
        try {
            Reply reply = endpoint.work().answer(scope, request, input);
            return reply instanceof Reply.Whole whole
                    ? floor.compression().apply(whole, request.getHeader("Accept-Encoding"))
                    : reply;
        } catch (RefusedException e) {
            return endpoint.failures().refused(e);
        } catch (BadInputException e) {
            return endpoint.failures().badInput(e);
        } catch (Throwable e) {
            if (!scope.cancelled()) {
                floor.log()
                        .error(
                                "a request failed",
                                Map.of("requestId", scope.requestId(), "route", endpoint.route()),
                                e);
            }
            return endpoint.failures().internal(scope.requestId());
        }
    }

    private void finished(Reply.@Nullable Whole reply) {
        working = false;
        freeBody();
        if (answered) {
            if (reply != null) {
                reply.drop();
            }
            leave();
        } else if (reply == null) {
            timedOut();
        } else if (scope.expired()) {
            // The service saw the deadline before the timer did: what it made of that may be half.
            reply.drop();
            timedOut();
        } else {
            answer(reply);
        }
    }

    private void shortened(long nanos) {
        if (!answered) {
            floor.cancelTimer(timer);
            timer = floor.timer(Math.max(1, nanos / 1_000_000), this::timedOut);
        }
    }

    private void timedOut() {
        if (!answered) {
            scope.cancel();
            long millis = (System.nanoTime() - arrived) / 1_000_000;
            answer(
                    endpoint.failures()
                            .refused(
                                    new RefusedException(
                                            504,
                                            "Not able to process the request in "
                                                    + Math.max(1, Math.round(millis / 1000.0))
                                                    + " seconds")));
        }
    }

    private void abandoned() {
        if (!answered) {
            answered = true;
            scope.cancel();
            floor.meter().record(endpoint.route(), 499, System.nanoTime() - arrived);
            settle();
        }
    }

    /** The head of a stream of events goes out; from here on only the stream answers. */
    private boolean head() {
        if (answered) {
            return false;
        }
        answered = true;
        floor.cancelTimer(timer);
        floor.meter().record(endpoint.route(), 200, System.nanoTime() - arrived);
        floor.decorate(request, scope);
        return true;
    }

    private void answer(Reply.Whole reply) {
        answered = true;
        floor.meter().record(endpoint.route(), reply.status(), System.nanoTime() - arrived);
        floor.decorate(request, scope);
        floor.write(request, reply).onComplete(ignored -> settle());
        if (!request.isEnded()) {
            // The rest of the body is read and dropped, so that the caller sees the answer; but not
            // forever.
            floor.timer(DISCARD_MILLIS, this::hangUp);
        }
    }

    private void hangUp() {
        if (!request.isEnded()) {
            request.connection().close();
        }
    }

    private void settle() {
        floor.cancelTimer(timer);
        if (!working) {
            freeBody();
            leave();
        }
    }

    private void freeBody() {
        if (body != null) {
            body.release();
            body = null;
        }
        if (collector != null) {
            collector.free();
        }
    }

    private void leave() {
        if (inside) {
            inside = false;
            floor.admission().leave();
        }
    }
}
