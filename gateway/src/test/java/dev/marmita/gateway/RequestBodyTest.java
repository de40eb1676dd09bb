package dev.marmita.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RequestBodyTest {

    private final List<String> events = new ArrayList<>();
    private final Source source = new Source();
    private final BufferBudget budget = new BufferBudget(1_000);
    private long room = Long.MAX_VALUE;

    private RequestBody body(long max, int keep) {
        RequestBody body =
                new RequestBody(
                        source,
                        new BodyBound.Whole(max),
                        keep,
                        bytes -> (room -= bytes) >= 0,
                        budget,
                        new RequestBody.Listener() {
                            @Override
                            public void bodyReady() {
                                events.add("ready");
                            }

                            @Override
                            public void bodyMoved() {}

                            @Override
                            public void bodyEnded() {
                                events.add("ended");
                            }

                            @Override
                            public void bodyTooLarge() {
                                events.add("too large");
                            }
                        });
        body.start();
        return body;
    }

    @Test
    void isReadyWhenASmallBodyIsWhole() {
        RequestBody body = body(100, 100);
        source.give("hello");
        source.give("world");
        assertThat(events).isEmpty();
        source.end();
        assertThat(events).containsExactly("ended", "ready");
        Sink sink = new Sink();
        body.sendTo(sink);
        assertThat(sink.all).hasToString("helloworld");
        assertThat(sink.ended).isTrue();
        assertThat(budget.used()).isEqualTo(10);
        body.letGo();
        assertThat(budget.used()).isZero();
    }

    @Test
    void sendsASmallBodyAgain() {
        RequestBody body = body(100, 100);
        source.give("hello");
        source.end();
        body.sendTo(new Sink());
        body.detach();
        assertThat(body.replayable()).isTrue();
        Sink second = new Sink();
        body.sendTo(second);
        assertThat(second.all).hasToString("hello");
        assertThat(second.ended).isTrue();
    }

    @Test
    void readsALargeBodyAheadOnlySoFar() {
        RequestBody body = body(100, 10);
        source.give("12345678");
        assertThat(source.paused).isFalse();
        source.give("90ab");
        assertThat(events).containsExactly("ready");
        assertThat(source.paused).isTrue();
        assertThat(body.replayable()).isTrue();

        Sink sink = new Sink();
        body.sendTo(sink);
        assertThat(sink.all).hasToString("1234567890ab");
        assertThat(source.paused).isFalse();
        source.give("cd");
        assertThat(body.replayable()).isFalse();
        assertThat(budget.used()).isZero();
        source.end();
        assertThat(sink.all).hasToString("1234567890abcd");
        assertThat(sink.ended).isTrue();
    }

    @Test
    void waitsForASinkThatIsFull() {
        RequestBody body = body(100, 10);
        body.readEnough();
        Sink sink = new Sink();
        body.sendTo(sink);
        sink.full = true;
        source.give("abc");
        assertThat(source.paused).isTrue();
        assertThat(body.paused()).isTrue();
        sink.drain();
        assertThat(source.paused).isFalse();
    }

    @Test
    void holdsBackWhileThereIsNoSinkAndGoesOnWithTheNext() {
        RequestBody body = body(100, 50);
        body.readEnough();
        Sink first = new Sink();
        body.sendTo(first);
        source.give("abc");
        body.detach();
        assertThat(source.paused).isTrue();
        Sink second = new Sink();
        body.sendTo(second);
        source.give("def");
        source.end();
        assertThat(second.all).hasToString("abcdef");
        assertThat(first.all).hasToString("abc");
        assertThat(first.ended).isFalse();
    }

    @Test
    void keepsNoMoreThanTheGatewayHasMemoryFor() {
        BufferBudget small = budget;
        assertThat(small.take(995)).isTrue();
        RequestBody body = body(100, 50);
        source.give("12345");
        source.give("6");
        assertThat(events).containsExactly("ready");
        assertThat(source.paused).isTrue();
        assertThat(small.used()).isEqualTo(1_000);
        body.discard();
        assertThat(small.used()).isEqualTo(995);
        assertThat(source.paused).isFalse();
    }

    @Test
    void keepsNoMoreThanTheQueueHasRoomFor() {
        room = 4;
        body(100, 50);
        source.give("1234");
        source.give("5");
        assertThat(events).containsExactly("ready");
        assertThat(budget.used()).isEqualTo(4);
    }

    @Test
    void saysThatABodyIsTooLarge() {
        body(5, 50);
        source.give("12345");
        assertThat(events).isEmpty();
        source.give("6");
        assertThat(events).containsExactly("too large");
    }

    @Test
    void throwsAwayWhatComesAfterTheEndOfInterest() {
        RequestBody body = body(5, 50);
        source.give("123");
        body.discard();
        source.give("456789");
        source.end();
        assertThat(events).isEmpty();
        assertThat(budget.used()).isZero();
        assertThat(body.receivedBytes()).isEqualTo(9);
    }

    private static final class Source implements ReadStream<Buffer> {
        private Handler<Buffer> handler = piece -> {};
        private Handler<Void> end = none -> {};
        private boolean paused;

        void give(String text) {
            handler.handle(Buffer.buffer(text));
        }

        void end() {
            end.handle(null);
        }

        @Override
        public ReadStream<Buffer> exceptionHandler(Handler<Throwable> handler) {
            return this;
        }

        @Override
        public ReadStream<Buffer> handler(Handler<Buffer> handler) {
            this.handler = handler;
            return this;
        }

        @Override
        public ReadStream<Buffer> pause() {
            paused = true;
            return this;
        }

        @Override
        public ReadStream<Buffer> resume() {
            paused = false;
            return this;
        }

        @Override
        public ReadStream<Buffer> fetch(long amount) {
            return this;
        }

        @Override
        public ReadStream<Buffer> endHandler(Handler<Void> handler) {
            end = handler;
            return this;
        }
    }

    private static final class Sink implements WriteStream<Buffer> {
        private final Buffer all = Buffer.buffer();
        private boolean ended;
        private boolean full;
        private Handler<Void> drain = none -> {};

        void drain() {
            full = false;
            drain.handle(null);
        }

        @Override
        public WriteStream<Buffer> exceptionHandler(Handler<Throwable> handler) {
            return this;
        }

        @Override
        public Future<Void> write(Buffer piece) {
            all.appendBuffer(piece);
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> end() {
            ended = true;
            return Future.succeededFuture();
        }

        @Override
        public WriteStream<Buffer> setWriteQueueMaxSize(int size) {
            return this;
        }

        @Override
        public boolean writeQueueFull() {
            return full;
        }

        @Override
        public WriteStream<Buffer> drainHandler(Handler<Void> handler) {
            drain = handler;
            return this;
        }
    }
}
