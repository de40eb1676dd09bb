package dev.marmita.runner.http;

import dev.marmita.runner.http.Endpoint.Streamed;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.BadInputException;
import io.netty.handler.codec.DecoderException;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One conversation. What touches the connection happens on its event loop; the dialogue runs on a thread
 * of its own. Exactly one end is told, whoever comes first: the dialogue, the deadline, or the caller's
 * leaving.
 */
final class StreamExchange implements Talk {

    private static final int AHEAD = 8;
    private static final long LOOK_MILLIS = 250;
    private static final long IDLE_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long DISCARD_MILLIS = 5_000;
    private static final long HTTP2_NO_ERROR = 0;

    private final Floor floor;
    private final Streamed endpoint;
    private final Wire wire;
    private final HttpServerRequest request;
    private final RequestScope scope;
    private final Context context;
    private final Intake intake;
    private final Turn turn;
    private final Semaphore ahead = new Semaphore(AHEAD);
    private final long arrived = System.nanoTime();
    private long timer = -1;
    private boolean started;
    private boolean talking;
    private boolean inside;
    private boolean metered;
    private boolean over;

    StreamExchange(
            Floor floor,
            Streamed endpoint,
            Wire wire,
            HttpServerRequest request,
            RequestScope scope,
            Context context) {
        this.floor = floor;
        this.endpoint = endpoint;
        this.wire = wire;
        this.request = request;
        this.scope = scope;
        this.context = context;
        this.intake =
                new Intake(
                        floor.admission(),
                        floor.allocator(),
                        floor.maxBodyBytes(),
                        wire,
                        this::start,
                        this::abandoned);
        this.turn = new Turn(floor.pool(), scope);
    }

    /** Takes the conversation up, or refuses it. */
    void begin(long timeoutMillis) {
        request.response().closeHandler(ignored -> abandoned());
        request.response().exceptionHandler(this::broken);
        request.exceptionHandler(this::broken);
        scope.onCancel(intake::wake);
        if (!floor.conversations().tryAcquire()) {
            fail(RefusedException.unprocessed("too many conversations are open here; try again"));
            return;
        }
        if (!floor.admission().enter()) {
            floor.conversations().release();
            fail(RefusedException.unprocessed("too many requests wait here; try again"));
            return;
        }
        inside = true;
        floor.decorate(request);
        request.response().putHeader("X-Request-Id", scope.requestId());
        timer = floor.timer(Math.max(1, timeoutMillis), this::timedOut);
        if (wire.duplex()) {
            start();
        }
        wire.open(intake);
    }

    private void start() {
        if (!started && !over) {
            started = true;
            talking = true;
            floor.pool().beside("conversation", scope, this::talk).start();
        }
    }

    /** On the conversation's own thread. */
    private void talk() {
        try (turn) {
            endpoint.dialogue().hold(scope, request, this);
            context.runOnContext(ignored -> complete());
        } catch (RefusedException e) {
            context.runOnContext(ignored -> fail(e));
        } catch (BadInputException e) {
            String text = String.valueOf(e.getMessage());
            context.runOnContext(ignored -> fail(400, text, endpoint.failures().badInput(e)));
        } catch (CancellationException e) {
            context.runOnContext(ignored -> fail(RefusedException.cancelled()));
        } catch (Throwable e) {
            failed(e);
        } finally {
            context.runOnContext(
                    ignored -> {
                        talking = false;
                        settle();
                    });
        }
    }

    private void failed(Throwable e) {
        if (!scope.cancelled() || e instanceof Error) {
            floor.failed(scope.requestId(), endpoint.route(), e);
        }
        Reply.Whole reply = endpoint.failures().internal(scope.requestId());
        context.runOnContext(
                ignored -> fail(500, "internal error; request " + scope.requestId(), reply));
    }

    @Override
    public void takeTurn() {
        if (endpoint.computes()) {
            turn.take();
        }
    }

    @Override
    public Optional<Message> next() {
        Intake.Next next = look(0);
        if (next instanceof Intake.Next.Nothing) {
            turn.give();
            long start = System.nanoTime();
            while (next instanceof Intake.Next.Nothing) {
                requireWanted();
                if (System.nanoTime() - start > IDLE_NANOS) {
                    throw new RefusedException(408, "nothing came for too long");
                }
                next = look(LOOK_MILLIS);
            }
        }
        if (!(next instanceof Intake.Next.Arrived(Message message))) {
            takeTurn();
            return Optional.empty();
        }
        try {
            takeTurn();
            return Optional.of(message);
        } catch (RuntimeException e) {
            message.close();
            throw e;
        }
    }

    private Intake.Next look(long millis) {
        try {
            return intake.next(millis, () -> context.runOnContext(ignored -> wire.resume()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    private void requireWanted() {
        if (scope.cancelled()) {
            throw new CancellationException("the caller is gone or the deadline has passed");
        }
    }

    @Override
    public void send(Message message) {
        try {
            requireWanted();
            if (!ahead.tryAcquire()) {
                turn.give();
                awaitRoom();
                takeTurn();
            }
        } catch (RuntimeException e) {
            message.close();
            throw e;
        }
        context.runOnContext(ignored -> write(message));
    }

    @Override
    public void reply(Reply.Whole reply) {
        context.runOnContext(ignored -> answer(reply));
    }

    private void answer(Reply.Whole reply) {
        if (over || wire.begun()) {
            reply.drop();
            return;
        }
        over = true;
        meter(reply.status());
        floor.decorate(request, scope);
        floor.write(request, reply);
        settle();
    }

    private void awaitRoom() {
        long start = System.nanoTime();
        try {
            while (!ahead.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                requireWanted();
                if (System.nanoTime() - start > IDLE_NANOS) {
                    throw new CancellationException("the caller does not read");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }

    private void write(Message message) {
        if (over) {
            message.close();
            ahead.release();
            return;
        }
        answering();
        wire.send(message)
                .onComplete(
                        written -> {
                            message.close();
                            ahead.release();
                        });
    }

    /** The answer begins: from here on no deadline counts but that of a whole call. */
    private void answering() {
        if (metered) {
            return;
        }
        meter(200);
        if (!wire.timed()) {
            floor.cancelTimer(timer);
        }
        if (!wire.begun()) {
            floor.decorate(request, scope);
        }
    }

    private void meter(int status) {
        if (!metered) {
            metered = true;
            floor.meter().record(endpoint.route(), status, System.nanoTime() - arrived);
        }
    }

    private void complete() {
        if (!over) {
            answering();
            over = true;
            wire.end();
            settle();
        }
    }

    private void fail(RefusedException e) {
        fail(e.status(), e.text(), endpoint.failures().refused(e));
    }

    private void fail(int status, String text, Reply.Whole reply) {
        if (over) {
            reply.drop();
            return;
        }
        scope.cancel();
        if (!wire.begun()) {
            answer(reply);
            return;
        }
        over = true;
        meter(status);
        wire.fail(status, text, reply);
        settle();
    }

    /** The connection is not closed yet where a body turned out not to be compressed as it says. */
    private void broken(Throwable cause) {
        if (!over && cause instanceof DecoderException) {
            fail(RefusedException.corrupt());
        } else {
            abandoned();
        }
    }

    private void timedOut() {
        if (!over) {
            scope.cancel();
            long seconds = Math.max(1, Math.round((System.nanoTime() - arrived) / 1e9));
            fail(
                    new RefusedException(
                            504, "Not able to process the request in " + seconds + " seconds"));
        }
    }

    private void abandoned() {
        if (!over) {
            over = true;
            scope.cancel();
            meter(499);
            settle();
        }
    }

    /** Once over, and once more when its thread has ended. */
    private void settle() {
        if (!over) {
            return;
        }
        floor.cancelTimer(timer);
        intake.close();
        discard();
        if (inside && !talking) {
            inside = false;
            floor.conversations().release();
            floor.admission().leave();
        }
    }

    /** What the caller still sends is read and dropped, but not forever. */
    private void discard() {
        if (request.isEnded() || !request.response().ended()) {
            return;
        }
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset(HTTP2_NO_ERROR);
            return;
        }
        wire.resume();
        floor.timer(
                DISCARD_MILLIS,
                () -> {
                    if (!request.isEnded()) {
                        request.connection().close();
                    }
                });
    }
}
