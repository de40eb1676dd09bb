package dev.marmita.runner.grpc;

import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.inference.Inference;
import dev.marmita.runner.inference.ServedModels;
import dev.marmita.runner.work.Job;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.BadInputException;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Context;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request of a stream, on its way over an inference thread to its answer. Everything but {@link #run}
 * happens on the stream's event loop.
 */
final class StreamedRequest implements Job {

    /** The stream that it belongs to. */
    interface Stream {
        /** A request of the stream is answered, or has left. */
        void answered();
    }

    /** What all streams share. */
    record Kit(
            GrpcSettings settings,
            Supplier<ServedModels> models,
            Inference inference,
            Frames frames) {}

    private final Kit kit;
    private final Stream stream;
    private final Context context;
    private final String encoding;
    private final MessageReader.Framed message;
    private final RequestScope scope;
    private long timer = -1;
    private long queuedAt;
    private boolean entered;
    private boolean cancelled;
    private @Nullable ByteBuf answer;

    StreamedRequest(
            Kit kit,
            HttpServerRequest request,
            Stream stream,
            Context context,
            MessageReader.Framed message,
            long number) {
        this.kit = kit;
        this.stream = stream;
        this.context = context;
        String given = request.getHeader("grpc-encoding");
        this.encoding = given == null ? "identity" : given;
        this.message = message;
        String id = request.getHeader("X-Request-Id");
        this.scope =
                new RequestScope(
                        (id == null ? "stream" : id) + "." + number,
                        request::getHeader,
                        kit.settings().timeout(),
                        kit.settings().clock().instant());
    }

    @Override
    public RequestScope scope() {
        return scope;
    }

    /** Offers itself to the inference threads. */
    void begin() {
        entered = kit.settings().admission().enter();
        queuedAt = System.nanoTime();
        if (!entered || !kit.settings().pool().get().offer(this)) {
            finished(error("", "too many requests wait here; try again"));
            return;
        }
        schedule(kit.settings().timeout().toMillis());
        scope.onShortened(nanos -> context.runOnContext(ignored -> schedule(nanos / 1_000_000)));
    }

    private void schedule(long millis) {
        context.owner().cancelTimer(timer);
        if (answer == null && !cancelled) {
            timer = context.owner().setTimer(Math.max(1, millis), ignored -> scope.cancel());
        }
    }

    @Override
    public void run() {
        scope.stage("queue", System.nanoTime() - queuedAt);
        ByteBuf made = work();
        context.runOnContext(ignored -> finished(made));
    }

    private ByteBuf work() {
        String[] id = {""};
        ByteBuf bytes = null;
        try {
            if (scope.cancelled()) {
                return error("", late());
            }
            bytes = kit.frames().only(message.frame(), encoding);
            ByteBuf in = bytes;
            InferRequest[] read = new InferRequest[1];
            return kit.inference()
                    .answer(
                            scope,
                            () -> {
                                read[0] = InferRequest.read(in);
                                id[0] = read[0].id();
                                return read[0].call(kit.models().get(), kit.settings().allocator());
                            },
                            (call, outcome) -> {
                                InferResponse response =
                                        InferResponse.of(call, outcome, read[0].typed());
                                return kit.frames()
                                        .frame(
                                                response.size(),
                                                to -> to.message(2, response::write));
                            });
        } catch (RefusedException e) {
            return error(id[0], e.text());
        } catch (BadInputException e) {
            return error(id[0], String.valueOf(e.getMessage()));
        } catch (Throwable e) {
            if (scope.cancelled()) {
                return error(id[0], late());
            }
            kit.settings()
                    .log()
                    .error("a request failed", Map.of("requestId", scope.requestId()), e);
            return error(
                    id[0], "internal error; the log has it under request " + scope.requestId());
        } finally {
            if (bytes != null) {
                bytes.release();
            }
        }
    }

    private String late() {
        return "Not able to process the request in "
                + Math.max(1, Math.round(scope.age() / 1e9))
                + " seconds";
    }

    private ByteBuf error(String id, String text) {
        return kit.frames()
                .frame(
                        256,
                        to -> {
                            to.string(1, text);
                            to.message(2, response -> response.string(3, id));
                        });
    }

    private void finished(ByteBuf made) {
        leave();
        if (cancelled) {
            made.release();
            return;
        }
        answer = made;
        stream.answered();
    }

    private void leave() {
        context.owner().cancelTimer(timer);
        message.frame().release();
        kit.settings().admission().give(message.bytes());
        if (entered) {
            kit.settings().admission().leave();
        }
    }

    boolean answered() {
        return answer != null;
    }

    /** The answer in its frame, which is the caller's from here on. */
    ByteBuf takeAnswer() {
        ByteBuf taken = answer;
        if (taken == null) {
            throw new IllegalStateException("not answered");
        }
        answer = null;
        return taken;
    }

    /** Nobody waits any more. */
    void cancel() {
        cancelled = true;
        scope.cancel();
        if (answer != null) {
            answer.release();
            answer = null;
        }
    }

    /** Lets go what was never begun. */
    void drop() {
        message.frame().release();
        kit.settings().admission().give(message.bytes());
    }
}
