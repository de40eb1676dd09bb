package dev.marmita.gateway;

import dev.marmita.gateway.Deadlines.Phase;
import dev.marmita.gateway.EndpointQueue.Admission;
import dev.marmita.routing.Route.Limits;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One admitted request: reads ahead, waits for a place at a replica, asks, asks again where that is safe,
 * and passes the answer on. Lives on one event loop.
 */
final class Exchange
        implements RequestBody.Listener, Waiter.Claimant, Attempt.Owner, AnswerRelay.Owner {

    /** What an exchange shares with the others of its event loop. */
    interface Loop {
        Services services();

        Upstreams upstreams();

        Context context();

        /** {@link Exchange#check} is called every now and then. */
        void watch(Exchange exchange);

        void unwatch(Exchange exchange);
    }

    private static final int CLIENT_GONE = 499;
    private static final long HTTP2_INTERNAL_ERROR = 2;
    private static final double TENTH_OF_MILLI = 1e5;

    /** Another gateway may know a new replica a moment before this one does. */
    private static final long ROUTES_LAG = TimeUnit.SECONDS.toNanos(1);

    private final Loop loop;
    private final Services services;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final Gatekeeper.Verdict.Admitted admitted;
    private final Address.Endpoint address;
    private final EndpointQueue queue;
    private final Limits limits;
    private final Account account;
    private final RequestKind kind;
    private final BodyBound bound;
    private final RequestBody body;
    private final Deadlines deadlines;
    private final Waiter waiter = new Waiter(this);

    private Phase phase = Phase.READING;
    private @Nullable Attempt attempt;
    private @Nullable AnswerRelay relay;
    private @Nullable Tunnel tunnel;

    Exchange(
            Loop loop,
            HttpServerRequest request,
            Gatekeeper.Verdict.Admitted admitted,
            Address.Endpoint address,
            Account account) {
        this.loop = loop;
        this.services = loop.services();
        this.request = request;
        this.response = request.response();
        this.admitted = admitted;
        this.address = address;
        this.queue = admitted.endpoint();
        this.limits = queue.route().limits();
        this.account = account;
        this.kind = RequestKind.of(request, address.target());
        this.deadlines =
                new Deadlines(limits, services.settings().timeouts(), kind.grpc(), services.now());
        this.bound = BodyBound.of(request, limits.maxBodyBytes());
        this.body =
                new RequestBody(
                        request,
                        bound,
                        services.settings().bounds().replayBytes(),
                        bytes -> queue.grow(waiter, bytes),
                        services.budget(),
                        this);
    }

    void begin() {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null && bound.excludes(length)) {
            refuse(Refusal.bodyTooLarge(bound));
            return;
        }
        request.exceptionHandler(gone -> clientGone());
        response.exceptionHandler(gone -> clientGone());
        response.closeHandler(gone -> clientGone());
        loop.watch(this);
        if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
            response.writeContinue();
        }
        body.start();
        if (bound.streams() && length == null) {
            // A stream of messages may never end: nothing to wait for.
            body.readEnough();
        }
    }

    /** Ends what has taken too long. */
    void check(long now) {
        if (phase == Phase.WAITING && kind.holder() != null) {
            seek(kind.holder(), now);
            return;
        }
        boolean cold = phase == Phase.WAITING && queue.isCold(waiter);
        Refusal late = deadlines.passed(phase, cold, body.paused(), now);
        if (late == null) {
            return;
        }
        if (phase == Phase.WAITING && !queue.abandon(waiter)) {
            // A place was granted this very moment.
            return;
        }
        dropReplica(Lease.Outcome.ABANDONED);
        refuse(late);
    }

    @Override
    public void bodyReady() {
        if (phase == Phase.READING) {
            long now = services.now();
            waits(now);
            if (kind.holder() == null) {
                settle(queue.admit(waiter, now));
            } else {
                seek(kind.holder(), now);
            }
        }
    }

    /** Finds the one replica that can answer, or finds that it is gone. */
    private void seek(String holder, long now) {
        Admission admission = queue.ask(holder, now);
        if (admission instanceof Admission.Unknown && now - account.waitsSince() > ROUTES_LAG) {
            refuse(Refusal.taskLost());
        } else {
            settle(admission);
        }
    }

    @Override
    public void bodyMoved() {
        deadlines.moved(services.now());
    }

    @Override
    public void bodyEnded() {
        deadlines.bodyEnded(services.now());
    }

    @Override
    public void bodyTooLarge() {
        queue.abandon(waiter);
        dropReplica(Lease.Outcome.ABANDONED);
        refuse(Refusal.bodyTooLarge(bound));
    }

    @Override
    public void granted(Lease lease) {
        loop.context().runOnContext(here -> ask(lease));
    }

    @Override
    public void refused(Refusal refusal) {
        loop.context().runOnContext(here -> refuse(refusal));
    }

    private void waits(long now) {
        phase = Phase.WAITING;
        deadlines.waits(now);
        account.waits(now);
    }

    private void settle(Admission admission) {
        switch (admission) {
            case Admission.Granted granted -> ask(granted.lease());
            case Admission.Queued queued -> {}
            case Admission.Unknown unknown -> {}
            case Admission.Refused refused -> refuse(refused.refusal());
        }
    }

    private void ask(Lease lease) {
        long now = services.now();
        boolean gone = phase != Phase.WAITING;
        if (gone || !services.gatekeeper().stillAdmitted(admitted)) {
            lease.release(Lease.Outcome.ABANDONED, now);
            refuse(Refusal.badToken());
            return;
        }
        boolean cold = queue.isCold(waiter);
        Refusal late = deadlines.passed(phase, cold, body.paused(), now);
        if (late != null) {
            lease.release(Lease.Outcome.ABANDONED, now);
            refuse(late);
            return;
        }
        deadlines.granted(cold, now);
        account.granted(cold, lease, now);
        phase = Phase.ASKING;
        Attempt made = new Attempt(request, lease, this);
        attempt = made;
        made.begin(
                loop.upstreams(),
                new Attempt.Content(
                        address.target(),
                        this::headers,
                        kind.upgrade() ? null : body,
                        kind.grpc()));
    }

    private void headers(MultiMap headers) {
        services.forwarded()
                .toReplica(
                        request, admitted.caller(), account.requestId(), address.prefix(), headers);
        long left = deadlines.answerMillisLeft(services.now());
        if (left > 0) {
            headers.set(ForwardedHeaders.DEADLINE, Long.toString(services.clock().millis() + left));
        }
        kind.connect(headers);
    }

    @Override
    public void failed(Attempt failed, RetryPolicy.Failure failure) {
        long now = services.now();
        Lease lease = failed.lease();
        attempt = null;
        body.detach();
        waits(now);
        boolean again =
                services.retries()
                        .again(
                                failure,
                                request.method(),
                                request.headers().contains("Idempotency-Key"),
                                body.replayable(),
                                account.attempts());
        lease.release(outcome(failure), now);
        if (again && kind.holder() != null) {
            refuse(Refusal.holderSilent());
        } else if (again) {
            settle(queue.readmit(waiter, lease.replica().id(), now));
        } else if (failure == RetryPolicy.Failure.BROKEN_OFF) {
            refuse(Refusal.brokenOff());
        } else {
            refuse(Refusal.neverProcessed(account.attempts()));
        }
    }

    private static Lease.Outcome outcome(RetryPolicy.Failure failure) {
        return switch (failure) {
            case NOT_CONNECTED -> Lease.Outcome.UNREACHABLE;
            case UNPROCESSED -> Lease.Outcome.UNPROCESSED;
            case BROKEN_OFF -> Lease.Outcome.BROKEN;
        };
    }

    @Override
    public void answered(Attempt by, HttpClientResponse answer) {
        long now = services.now();
        phase = Phase.ANSWERING;
        deadlines.moved(now);
        if (kind.aside()) {
            by.lease().release(Lease.Outcome.ANSWERED, now);
        }
        body.letGo();
        try {
            pass(answer);
        } catch (IllegalArgumentException e) {
            // Headers that must not be written on.
            dropReplica(Lease.Outcome.ANSWERED);
            response.headers().clear();
            phase = Phase.ASKING;
            refuse(Refusal.badAnswer());
        }
    }

    private void pass(HttpClientResponse answer) {
        if (kind.upgrade() && answer.statusCode() == 101) {
            tunnel = Tunnel.open(request, answer, account.requestId(), this);
            return;
        }
        AnswerRelay made = new AnswerRelay(request, answer, this);
        relay = made;
        made.begin(
                account.requestId(),
                "gateway-wait;dur=" + Math.round(account.waited() / TENTH_OF_MILLI) / 10.0,
                task -> loop.context().runOnContext(here -> task.run()));
    }

    @Override
    public void answerMoved(long bytes) {
        deadlines.moved(services.now());
        account.gave(bytes);
    }

    @Override
    public void answerEnded() {
        if (phase == Phase.DONE) {
            return;
        }
        Attempt by = attempt;
        attempt = null;
        if (by != null) {
            if (tunnel == null && (kind.upgrade() || !body.complete())) {
                // Answered before all was read: nobody can tell where that connection stands.
                by.cancel();
            }
            by.lease().release(Lease.Outcome.ANSWERED, services.now());
        }
        finish(response.getStatusCode(), null);
    }

    @Override
    public void answerBroken() {
        dropReplica(Lease.Outcome.BROKEN);
        cutOff("the replica broke off its answer");
    }

    private void clientGone() {
        if (phase == Phase.DONE) {
            return;
        }
        boolean answering = phase == Phase.ANSWERING;
        queue.abandon(waiter);
        dropReplica(Lease.Outcome.ABANDONED);
        finish(answering ? response.getStatusCode() : CLIENT_GONE, "the client went away");
    }

    private void dropReplica(Lease.Outcome outcome) {
        Attempt by = attempt;
        attempt = null;
        if (relay != null) {
            relay.stop();
        }
        if (tunnel != null) {
            tunnel.close();
        }
        if (by != null) {
            by.cancel();
            by.lease().release(outcome, services.now());
        }
    }

    private void refuse(Refusal refusal) {
        if (phase == Phase.DONE) {
            return;
        }
        if (phase == Phase.ANSWERING) {
            breakOff(refusal);
            return;
        }
        phase = Phase.DONE;
        account.gave(Reply.refuse(loop.context().owner(), request, account.requestId(), refusal));
        finish(refusal.status(), refusal.message());
    }

    private void breakOff(Refusal refusal) {
        if (!kind.grpc() || response.ended() || response.closed()) {
            cutOff(refusal.message());
            return;
        }
        int status = response.getStatusCode();
        phase = Phase.DONE;
        Reply.endStream(request, refusal);
        finish(status, refusal.message());
    }

    /** An answer that cannot be completed must not look complete. */
    private void cutOff(String reason) {
        int status = response.getStatusCode();
        response.reset(HTTP2_INTERNAL_ERROR);
        finish(status, reason);
    }

    private void finish(int status, @Nullable String reason) {
        phase = Phase.DONE;
        loop.unwatch(this);
        account.took(body.receivedBytes());
        body.discard();
        account.close(status, reason, services.now());
    }
}
