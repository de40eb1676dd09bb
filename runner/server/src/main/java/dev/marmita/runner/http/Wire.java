package dev.marmita.runner.http;

import io.vertx.core.Future;

/** How the messages of one conversation travel. Used on the event loop of its connection. */
public interface Wire {

    /** Whether the other side may go on sending while it is answered. */
    boolean duplex();

    /** Whether the deadline bounds the whole conversation, not only the time to the first message. */
    boolean timed();

    /** Takes what comes in and gives it to the intake. */
    void open(Intake intake);

    /** Lets nothing more come in, until {@link #resume}. */
    void pause();

    void resume();

    /** Whether something has gone out that a plain reply cannot follow. */
    boolean begun();

    /** Sends a message, and before the first one the head. Does not free it. */
    Future<Void> send(Message message);

    /** All is said. */
    void end();

    /**
     * Tells a failure after it has begun.
     *
     * @param status as of HTTP
     * @param reply what would have been answered instead of a conversation; owned by this call
     */
    void fail(int status, String text, Reply.Whole reply);
}
