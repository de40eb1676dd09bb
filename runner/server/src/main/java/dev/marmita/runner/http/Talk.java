package dev.marmita.runner.http;

import java.util.Optional;

/**
 * A conversation as its work sees it. While it waits for the other side it leaves its turn among the
 * inference threads to others. For one thread at a time.
 */
public interface Talk {

    /** Waits for a turn on the inference threads; not needed before {@link #next}. */
    void takeTurn();

    /**
     * The next message, to be closed by the caller; empty once the other side has said all.
     *
     * @throws java.util.concurrent.CancellationException where the other side has left
     * @throws RefusedException where nothing came for too long, or what came is refused
     */
    Optional<Message> next();

    /**
     * Sends a message; waits where the other side does not read.
     *
     * @throws java.util.concurrent.CancellationException where the other side has left
     */
    void send(Message message);

    /** Answers with this and nothing else, where nothing has been sent; the conversation is over. */
    void reply(Reply.Whole reply);
}
