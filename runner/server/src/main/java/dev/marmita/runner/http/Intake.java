package dev.marmita.runner.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Messages between the event loop, which fills it, and the thread that takes them. Bounded: the wire is
 * paused while enough of them wait.
 */
public final class Intake {

    private static final int MAX_WAITING = 16;
    private static final int FIRST = 1024;

    private final Admission admission;
    private final ByteBufAllocator allocator;
    private final int maxBytes;
    private final Wire wire;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Message> waiting = new ArrayDeque<>();
    private final Runnable onEnd;
    private final Runnable onLeave;
    private @Nullable RefusedException refusal;
    private @Nullable ByteBuf current;
    private int held;
    private int wakes;
    private boolean ended;
    private boolean paused;
    private boolean closed;

    Intake(
            Admission admission,
            ByteBufAllocator allocator,
            int maxBytes,
            Wire wire,
            Runnable onEnd,
            Runnable onLeave) {
        this.admission = admission;
        this.allocator = allocator;
        this.maxBytes = maxBytes;
        this.wire = wire;
        this.onEnd = onEnd;
        this.onLeave = onLeave;
    }

    /** Bytes of the message that is not yet complete. */
    public int pending() {
        return current == null ? 0 : current.readableBytes();
    }

    /** Adds to the current message; what is too large ends the conversation. */
    public void append(ByteBuf piece) {
        int size = piece.readableBytes();
        if (ended || closed || refusal != null || size == 0) {
            return;
        }
        long wanted = (long) pending() + size;
        if (wanted > maxBytes) {
            refuse(
                    new RefusedException(
                            413,
                            "the request is larger than "
                                    + maxBytes
                                    + " bytes, which is the limit here"));
            return;
        }
        if (wanted > held && !reserve((int) Math.min(maxBytes, Math.max(wanted, held * 2L)))) {
            return;
        }
        if (current != null) {
            current.writeBytes(piece, piece.readerIndex(), size);
        }
    }

    private boolean reserve(int bytes) {
        int wanted = Math.max(FIRST, bytes);
        if (!admission.take(wanted - held)) {
            refuse(RefusedException.unprocessed("too much data is being processed; try again"));
            return false;
        }
        held = wanted;
        if (current == null) {
            current = allocator.heapBuffer(wanted);
        } else {
            current.capacity(wanted);
        }
        return true;
    }

    /** The current message is complete; it may be empty. */
    public void complete(String mediaType) {
        if (ended || closed || refusal != null) {
            return;
        }
        ByteBuf data = current == null ? allocator.heapBuffer(0) : current;
        int size = held;
        current = null;
        held = 0;
        lock.lock();
        try {
            waiting.add(new Message(mediaType, data, () -> admission.give(size)));
            changed.signalAll();
            if (waiting.size() >= MAX_WAITING && !paused) {
                paused = true;
                wire.pause();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more comes. */
    public void end() {
        if (ended || closed) {
            return;
        }
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        onEnd.run();
    }

    /** The other side has left. */
    public void leave() {
        onLeave.run();
    }

    /** What comes is not taken: told to whoever waits for the next message. */
    public void refuse(RefusedException why) {
        lock.lock();
        try {
            refusal = why;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        end();
    }

    /** Wakes whoever waits, to look again. */
    void wake() {
        lock.lock();
        try {
            wakes++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What is there now: a message, the end, or nothing yet. */
    sealed interface Next {
        record Arrived(Message message) implements Next {}

        record End() implements Next {}

        record Nothing() implements Next {}
    }

    /**
     * The next message, waiting for it at most so long. Not on the event loop.
     *
     * @param resume asked to resume the wire, on its event loop
     */
    Next next(long millis, Runnable resume) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            int seen = wakes;
            while (waiting.isEmpty() && !ended && seen == wakes && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (refusal != null) {
                throw refusal;
            }
            Message message = waiting.poll();
            if (paused && waiting.size() <= MAX_WAITING / 2) {
                paused = false;
                resume.run();
            }
            if (message != null) {
                return new Next.Arrived(message);
            }
            return ended ? new Next.End() : new Next.Nothing();
        } finally {
            lock.unlock();
        }
    }

    /** Frees what nobody took; what still comes is dropped. Idempotent. On the event loop. */
    void close() {
        Optional<ByteBuf> rest = Optional.ofNullable(current);
        current = null;
        closed = true;
        rest.ifPresent(
                data -> {
                    data.release();
                    admission.give(held);
                });
        held = 0;
        lock.lock();
        try {
            waiting.forEach(Message::close);
            waiting.clear();
        } finally {
            lock.unlock();
        }
    }
}
