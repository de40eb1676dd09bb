package dev.marmita.service;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * Bytes with a media type: a file of a form, a raw request body, or a raw response.
 *
 * @param mediaType type and subtype in lower case without parameters, such as {@code image/png};
 *     {@code application/octet-stream} where the sender gave none
 * @param fileName the name that the sender gave the file, without folders
 * @param bytes read-only view of the content, position 0, limit = size in bytes; valid during the call
 */
public record Content(String mediaType, Optional<String> fileName, ByteBuffer bytes) {

    public Content {
        mediaType = bare(mediaType);
        Objects.requireNonNull(fileName, "fileName");
        bytes = bytes.slice().asReadOnlyBuffer();
    }

    /** Content without a file name. */
    public static Content of(String mediaType, byte[] bytes) {
        return new Content(mediaType, Optional.empty(), ByteBuffer.wrap(bytes));
    }

    /** Size in bytes. */
    public int size() {
        return bytes.limit();
    }

    /** A view of the bytes with a position of its own. */
    @Override
    public ByteBuffer bytes() {
        return bytes.duplicate();
    }

    /** A copy of the bytes. */
    public byte[] toByteArray() {
        byte[] copy = new byte[size()];
        bytes().get(copy);
        return copy;
    }

    private static String bare(String mediaType) {
        int parameters = mediaType.indexOf(';');
        String type = parameters < 0 ? mediaType : mediaType.substring(0, parameters);
        return type.strip().toLowerCase(Locale.ROOT);
    }
}
