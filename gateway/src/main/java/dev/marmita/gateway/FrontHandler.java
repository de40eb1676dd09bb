package dev.marmita.gateway;

import dev.marmita.routing.TenantId;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes each request of one event loop as it comes in: checks its head and sends it where it belongs. */
final class FrontHandler {

    private static final Logger LOG = LoggerFactory.getLogger(FrontHandler.class);
    private static final String TENANT = "marmita-tenant";
    private static final String DEPLOYMENT = "marmita-deployment";
    private static final int CLIENT_GONE = 499;

    private final Vertx vertx;
    private final Exchange.Loop loop;
    private final Services services;
    private final Address.Reader addresses;
    private final RequestIds ids;
    private final OwnPages pages;

    FrontHandler(Vertx vertx, Exchange.Loop loop, RequestIds ids, OwnPages pages) {
        this.vertx = vertx;
        this.loop = loop;
        this.services = loop.services();
        this.addresses = new Address.Reader(services.settings().domain());
        this.ids = ids;
        this.pages = pages;
    }

    void handle(HttpServerRequest request) {
        Account account = open(request);
        try {
            route(request, account);
        } catch (RuntimeException e) {
            LOG.error("request {} failed in the gateway", account.requestId(), e);
            refuse(request, account, Refusal.internal());
        }
    }

    private void route(HttpServerRequest request, Account account) {
        Refusal problem = HeadRules.problem(request);
        if (problem != null) {
            refuse(request, account, problem);
            return;
        }
        switch (address(request)) {
            case Address.Malformed malformed -> refuse(request, account, malformed.refusal());
            case Address.Own own -> own(request, account, own.path());
            case Address.Endpoint endpoint -> endpoint(request, account, endpoint);
        }
    }

    /** For what could not even be read as a request. */
    void unreadable(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        Refusal refusal;
        if (cause instanceof TooLongHttpLineException) {
            refusal = Refusal.malformed(414, "the request target is too long");
        } else if (cause instanceof TooLongHttpHeaderException) {
            refusal = Refusal.malformed(431, "the headers are too large");
        } else {
            refusal = Refusal.malformed(400, "this is not an HTTP request");
        }
        Account account = open(request);
        account.gave(Reply.refuse(vertx, request, account.requestId(), refusal));
        account.close(refusal.status(), refusal.message(), services.now());
    }

    private Account open(HttpServerRequest request) {
        ConnectionGuard guard = ConnectionGuard.of(request.connection());
        guard.requestBegan();
        String requestId = ids.of(request.getHeader(ForwardedHeaders.REQUEST_ID));
        return new Account(
                entry -> {
                    guard.requestEnded();
                    services.books().closed(entry);
                },
                request,
                requestId,
                services.clock().instant(),
                services.now());
    }

    private Address address(HttpServerRequest request) {
        boolean grpc = Reply.isGrpc(request);
        return addresses.read(
                request.uri(),
                request.authority() == null ? null : request.authority().host(),
                grpc ? single(request, TENANT) : null,
                grpc ? single(request, DEPLOYMENT) : null);
    }

    private static @Nullable String single(HttpServerRequest request, String name) {
        List<String> values = request.headers().getAll(name);
        return values.size() == 1 ? values.getFirst() : null;
    }

    private void own(HttpServerRequest request, Account account, String path) {
        OwnPages.Page page = pages.page(request, path);
        if (page == null) {
            refuse(request, account, Refusal.notFound());
            return;
        }
        Reply.page(vertx, request, page.status(), page.type(), page.body());
        ConnectionGuard.of(request.connection()).requestEnded();
    }

    private void endpoint(HttpServerRequest request, Account account, Address.Endpoint address) {
        if (!services.directory().known()) {
            refuse(request, account, Refusal.noRoutesYet());
            return;
        }
        judged(
                request,
                account,
                address,
                services.gatekeeper()
                        .judge(request.headers(), address.tenant(), address.deployment()));
    }

    private void judged(
            HttpServerRequest request,
            Account account,
            Address.Endpoint address,
            Gatekeeper.Verdict verdict) {
        account.caller(verdict.caller());
        switch (verdict) {
            case Gatekeeper.Verdict.Denied denied -> {
                account.denied(address.tenant(), address.deployment());
                refuse(request, account, denied.refusal());
            }
            case Gatekeeper.Verdict.Admitted admitted -> {
                account.admitted(admitted.endpoint().endpoint());
                Refusal tooMuch = enter(admitted.endpoint().endpoint().tenant(), account);
                if (tooMuch != null) {
                    refuse(request, account, tooMuch);
                    return;
                }
                new Exchange(loop, request, admitted, address, account).begin();
            }
            case Gatekeeper.Verdict.Pending pending -> {
                request.pause();
                Future.fromCompletionStage(pending.answer(), loop.context())
                        .otherwise(never -> new Credentials.Answer.Unavailable())
                        .onSuccess(answer -> known(request, account, address, answer));
            }
        }
    }

    /** Holds the endpoint's tenant to its plan. */
    private @Nullable Refusal enter(TenantId tenant, Account account) {
        TenantGate gate = services.directory().gate(tenant);
        if (gate == null) {
            return null;
        }
        Refusal refusal = gate.enter(services.now());
        if (refusal == null) {
            account.onClose(gate::leave);
        }
        return refusal;
    }

    /** Goes on with a request that waited for its caller to be known. */
    private void known(
            HttpServerRequest request,
            Account account,
            Address.Endpoint address,
            Credentials.Answer answer) {
        if (request.response().closed()) {
            account.close(CLIENT_GONE, "the client went away", services.now());
            return;
        }
        try {
            judged(
                    request,
                    account,
                    address,
                    services.gatekeeper().judge(answer, address.tenant(), address.deployment()));
            // Last: what was held back comes at once, to whoever reads by then.
            request.resume();
        } catch (RuntimeException e) {
            LOG.error("request {} failed in the gateway", account.requestId(), e);
            refuse(request, account, Refusal.internal());
        }
    }

    private void refuse(HttpServerRequest request, Account account, Refusal refusal) {
        account.gave(Reply.refuse(vertx, request, account.requestId(), refusal));
        account.close(refusal.status(), refusal.message(), services.now());
    }
}
