package dev.marmita.runner.http;

import dev.marmita.runner.http.Endpoint.Part;
import dev.marmita.runner.http.Endpoint.SharedWork;
import dev.marmita.runner.http.Endpoint.Sharing;
import dev.marmita.runner.http.Endpoint.Worked;
import dev.marmita.runner.work.Job;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.BadInputException;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
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
    private Optional<Sharing> sharing = Optional.empty();
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
        request.response().exceptionHandler(this::broken);
        request.exceptionHandler(this::broken);
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
        BodyTap.open(
                request,
                new BodyTap.Taker() {
                    @Override
                    public void take(ByteBuf piece) {
                        guarded(() -> received(piece));
                    }

                    @Override
                    public @Nullable ByteBuf room() {
                        return collector == null ? null : collector.room();
                    }
                });
        request.endHandler(ignored -> guarded(this::complete));
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

    private void received(ByteBuf piece) {
        if (answered || collector == null) {
            return;
        }
        try {
            collector.add(piece);
        } catch (RefusedException e) {
            answer(endpoint.failures().refused(e));
        }
    }

    private void complete() {
        if (answered || collector == null) {
            return;
        }
        ByteBuf whole = collector.take();
        body = whole;
        if (endpoint.work() instanceof SharedWork shared) {
            sharing = shared.sharing(request, whole);
        }
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

    @Override
    public Optional<Sharing> group() {
        return sharing;
    }

    /** On an inference thread. */
    @Override
    public void run() {
        if (sharing.isPresent()) {
            new Together(floor, sharing.get()).run(this);
            return;
        }
        begun();
        Reply reply = null;
        try {
            if (!scope.cancelled()) {
                reply = attempt(() -> endpoint.work().answer(scope, request, input()));
            }
        } finally {
            conclude(reply);
        }
    }

    /** An inference thread turns to the request. */
    void begun() {
        scope.stage("queue", System.nanoTime() - queuedAt);
    }

    /** Decodes the request of work that is shared. */
    Part open() throws Throwable {
        if (endpoint.work() instanceof SharedWork shared) {
            return shared.open(scope, request, input());
        }
        throw new IllegalStateException("nothing is shared at " + endpoint.route());
    }

    private ByteBuf input() {
        ByteBuf input = body;
        if (input == null) {
            throw new IllegalStateException("no body");
        }
        return input;
    }

    /** A piece of the work. */
    @FunctionalInterface
    interface Attempt {
        @Nullable Reply make() throws Throwable;
    }

    /** What the attempt makes, or the reply to its failure; throws nothing. */
    @Nullable Reply attempt(Attempt attempt) {
        try {
            Reply reply = attempt.make();
            return reply instanceof Reply.Whole whole
                    ? floor.compression().apply(whole, request.getHeader("Accept-Encoding"))
                    : reply;
        } catch (RefusedException e) {
            return endpoint.failures().refused(e);
        } catch (BadInputException e) {
            return endpoint.failures().badInput(e);
        } catch (CancellationException e) {
            // Not a fault: the service has stopped what nobody waits for, or does not want to go
            // on.
            return endpoint.failures().refused(RefusedException.cancelled());
        } catch (Throwable e) {
            if (!scope.cancelled() || e instanceof Error) {
                floor.failed(scope.requestId(), endpoint.route(), e);
            }
            return internal();
        }
    }

    Reply internal() {
        return endpoint.failures().internal(scope.requestId());
    }

    /** The work is done; none: nobody waits for a reply. On an inference thread. */
    void conclude(@Nullable Reply reply) {
        Reply.Whole whole = (Reply.Whole) reply;
        context.runOnContext(ignored -> guarded(() -> finished(whole)));
    }

    /** A step on the event loop, whose failure is an answer too. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            floor.failed(scope.requestId(), endpoint.route(), e);
            working = false;
            if (answered) {
                settle();
            } else {
                answer(endpoint.failures().internal(scope.requestId()));
            }
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

    /** The connection is not closed yet where a body turned out not to be compressed as it says. */
    private void broken(Throwable cause) {
        if (!answered && cause instanceof DecoderException) {
            answer(endpoint.failures().refused(RefusedException.corrupt()));
        } else {
            abandoned();
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
