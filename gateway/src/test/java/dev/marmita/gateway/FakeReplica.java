package dev.marmita.gateway;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A runner as the gateway sees one: HTTP/1.1 and h2c on one port, with a handler that a test gives. */
final class FakeReplica implements AutoCloseable {

    /** What it was asked, in order: method, target. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    final AtomicInteger running = new AtomicInteger();
    final AtomicInteger mostRunning = new AtomicInteger();
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final int port;

    FakeReplica(Consumer<HttpServerRequest> handler) {
        this(0, handler);
    }

    FakeReplica(int port, Consumer<HttpServerRequest> handler) {
        server =
                vertx.createHttpServer(
                        new HttpServerOptions().setHandle100ContinueAutomatically(true));
        server.requestHandler(
                request -> {
                    asked.add(request.method() + " " + request.uri());
                    mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max);
                    request.response().endHandler(end -> running.decrementAndGet());
                    handler.accept(request);
                });
        this.port = await(server.listen(port, "127.0.0.1")).actualPort();
    }

    /** Answers 200 with the given body at once. */
    static FakeReplica answering(String body) {
        return new FakeReplica(
                request -> request.body().onSuccess(all -> request.response().end(body)));
    }

    Vertx vertx() {
        return vertx;
    }

    int port() {
        return port;
    }

    private static <T> T await(io.vertx.core.Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
