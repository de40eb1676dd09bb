package dev.marmita.gateway;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request body on its way to a replica: read ahead and kept up to a limit, so that a small one is whole
 * before a replica is bound and can be sent again; streamed with back-pressure beyond that. Used on one
 * event loop.
 */
final class RequestBody {

    /** Told on the event loop. */
    interface Listener {
        /** The body is complete, or no more of it is read ahead; comes once. */
        void bodyReady();

        void bodyMoved();

        void bodyEnded();

        void bodyTooLarge();
    }

    /** Whether so many more bytes may be kept; they are counted where it says yes. */
    interface Room {
        boolean take(long bytes);
    }

    private final ReadStream<Buffer> source;
    private final BodyBound bound;
    private final int keepBytes;
    private final Room room;
    private final BufferBudget budget;
    private final Listener listener;

    private final List<Buffer> kept = new ArrayList<>();
    private long keptBytes;
    private long budgeted;
    private long received;
    private boolean allKept = true;
    private boolean ended;
    private boolean readySaid;
    private boolean paused;
    private boolean discarding;
    private @Nullable WriteStream<Buffer> sink;

    /**
     * @param bound what is beyond it is refused
     * @param keepBytes up to which the body is kept
     * @param room asked besides the budget before bytes are kept
     */
    RequestBody(
            ReadStream<Buffer> source,
            BodyBound bound,
            int keepBytes,
            Room room,
            BufferBudget budget,
            Listener listener) {
        this.source = source;
        this.bound = bound;
        this.keepBytes = keepBytes;
        this.room = room;
        this.budget = budget;
        this.listener = listener;
    }

    void start() {
        source.handler(this::received);
        source.endHandler(end -> ended());
    }

    long receivedBytes() {
        return received;
    }

    long keptBytes() {
        return keptBytes;
    }

    boolean complete() {
        return ended;
    }

    /** Whether it waits for its sink, so that a silent client is not to blame. */
    boolean paused() {
        return paused;
    }

    /** Whether all that was read is still kept, so that it can be sent from the start. */
    boolean replayable() {
        return allKept;
    }

    /** Nothing more is read ahead: what is there goes, the rest is streamed. */
    void readEnough() {
        sayReady();
    }

    /**
     * Sends it: what is kept, then what comes. Only while {@link #replayable()}.
     */
    void sendTo(WriteStream<Buffer> target) {
        sink = target;
        for (Buffer piece : kept) {
            target.write(piece);
        }
        if (ended) {
            target.end();
            return;
        }
        target.drainHandler(drained -> resume());
        if (target.writeQueueFull()) {
            pause();
        } else {
            resume();
        }
    }

    /** It will not be sent again: lets go of what is kept for that, once it was sent. */
    void letGo() {
        if (sink != null) {
            allKept = false;
            forget();
        }
    }

    /** The sink failed: holds back until there is another. */
    void detach() {
        sink = null;
        if (!ended) {
            pause();
        }
    }

    /** Lets go of all memory and reads on only to throw away. */
    void discard() {
        sink = null;
        discarding = true;
        forget();
        if (!ended) {
            resume();
        }
    }

    private void received(Buffer piece) {
        received += piece.length();
        if (discarding) {
            return;
        }
        if (!bound.admits(piece)) {
            listener.bodyTooLarge();
            return;
        }
        listener.bodyMoved();
        boolean keep = allKept && keep(piece);
        WriteStream<Buffer> target = sink;
        if (target != null) {
            target.write(piece);
            if (!keep && allKept) {
                allKept = false;
                forget();
            }
            if (target.writeQueueFull()) {
                pause();
            }
            return;
        }
        if (!keep) {
            // Read already, so it stays; but nothing more is until somebody takes it.
            kept.add(piece);
            keptBytes += piece.length();
            pause();
            sayReady();
        }
    }

    private boolean keep(Buffer piece) {
        int bytes = piece.length();
        if (keptBytes + bytes > keepBytes || !budget.take(bytes)) {
            return false;
        }
        if (!room.take(bytes)) {
            budget.giveBack(bytes);
            return false;
        }
        budgeted += bytes;
        kept.add(piece);
        keptBytes += bytes;
        return true;
    }

    private void ended() {
        ended = true;
        WriteStream<Buffer> target = sink;
        if (discarding) {
            return;
        }
        listener.bodyEnded();
        if (target != null) {
            target.end();
        }
        sayReady();
    }

    private void sayReady() {
        if (!readySaid && !discarding) {
            readySaid = true;
            listener.bodyReady();
        }
    }

    private void forget() {
        kept.clear();
        keptBytes = 0;
        budget.giveBack(budgeted);
        budgeted = 0;
    }

    private void pause() {
        if (!paused && !ended) {
            paused = true;
            source.pause();
        }
    }

    private void resume() {
        if (paused) {
            paused = false;
            source.resume();
        }
    }
}
