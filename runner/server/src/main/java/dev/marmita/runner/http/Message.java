package dev.marmita.runner.http;

import io.netty.buffer.ByteBuf;

/**
 * One message of a conversation.
 *
 * @param mediaType empty: nothing is said about it
 * @param data owned by the message: freed by {@link #close}
 */
public record Message(String mediaType, ByteBuf data, Runnable freed) implements AutoCloseable {

    public static final String JSON = "application/json";

    /** A message that goes out. */
    public static Message of(String mediaType, ByteBuf data) {
        return new Message(mediaType, data, () -> {});
    }

    /** Whether it is text, rather than bytes. */
    boolean text() {
        return mediaType.equals(JSON) || mediaType.startsWith("text/");
    }

    @Override
    public void close() {
        data.release();
        freed.run();
    }
}
