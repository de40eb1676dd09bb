package dev.marmita.runner.inference;

import dev.marmita.service.BadInputException;
import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Walks over JSON in place. Exists beside the general parser for one purpose: arrays of numbers go from
 * bytes into a tensor's memory without an object or a token in between. Not thread-safe.
 */
final class JsonCursor {

    private static final int MAX_DEPTH = 64;

    private final byte[] bytes;
    private final int start;
    private final int end;
    private int at;

    JsonCursor(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.start = offset;
        this.end = offset + length;
        this.at = offset;
    }

    /** Over a body in the heap. */
    static JsonCursor over(ByteBuf body) {
        return new JsonCursor(
                body.array(), body.arrayOffset() + body.readerIndex(), body.readableBytes());
    }

    int position() {
        return at;
    }

    void position(int position) {
        at = position;
    }

    /** Bytes left. */
    int remaining() {
        return end - at;
    }

    byte[] array() {
        return bytes;
    }

    /** The next byte that is not white space, left where it is; 0 at the end. */
    int peek() {
        while (at < end) {
            byte next = bytes[at];
            if (next != ' ' && next != '\n' && next != '\r' && next != '\t') {
                return next;
            }
            at++;
        }
        return 0;
    }

    /** Whether the next byte is that one; it is then consumed. */
    boolean skip(char wanted) {
        if (peek() == wanted) {
            at++;
            return true;
        }
        return false;
    }

    void expect(char wanted) {
        if (!skip(wanted)) {
            throw malformed("'" + wanted + "' is missing");
        }
    }

    void expectEnd() {
        if (peek() != 0 || at < end) {
            throw malformed("there is more after the JSON value");
        }
    }

    BadInputException malformed(String what) {
        return new BadInputException(
                "the request is not valid JSON: " + what + " at byte " + (at - start));
    }

    /** A string. */
    String string() {
        expect('"');
        int from = at;
        while (at < end) {
            byte next = bytes[at];
            if (next == '"') {
                return new String(bytes, from, at++ - from, StandardCharsets.UTF_8);
            }
            if (next == '\\') {
                return new String(escaped(from), StandardCharsets.UTF_8);
            }
            requirePrintable(next);
            at++;
        }
        throw malformed("a string does not end");
    }

    /** A string as UTF-8. */
    byte[] utf8() {
        int before = at;
        expect('"');
        int from = at;
        while (at < end && bytes[at] != '"' && bytes[at] != '\\') {
            requirePrintable(bytes[at]);
            at++;
        }
        if (at < end && bytes[at] == '"') {
            return java.util.Arrays.copyOfRange(bytes, from, at++);
        }
        at = before;
        return string().getBytes(StandardCharsets.UTF_8);
    }

    private void requirePrintable(byte next) {
        if (next >= 0 && next < 0x20) {
            throw malformed("a string has a control character");
        }
    }

    private byte[] escaped(int from) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.write(bytes, from, at - from);
        while (at < end) {
            byte next = bytes[at++];
            if (next == '"') {
                return text.toByteArray();
            }
            if (next != '\\') {
                requirePrintable(next);
                text.write(next);
                continue;
            }
            int escape = at < end ? bytes[at++] : 0;
            switch (escape) {
                case '"', '\\', '/' -> text.write(escape);
                case 'b' -> text.write('\b');
                case 'f' -> text.write('\f');
                case 'n' -> text.write('\n');
                case 'r' -> text.write('\r');
                case 't' -> text.write('\t');
                case 'u' -> text.writeBytes(unicode().getBytes(StandardCharsets.UTF_8));
                default -> throw malformed("a string has an unknown escape");
            }
        }
        throw malformed("a string does not end");
    }

    /** After a {@code \}{@code u}, with the second half of a pair where there is one. */
    private String unicode() {
        char first = hex();
        if (Character.isHighSurrogate(first)
                && at + 1 < end
                && bytes[at] == '\\'
                && bytes[at + 1] == 'u') {
            at += 2;
            return new String(new char[] {first, hex()});
        }
        return String.valueOf(first);
    }

    private char hex() {
        if (end - at < 4) {
            throw malformed("an escape is cut off");
        }
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(bytes[at++], 16);
            if (digit < 0) {
                throw malformed("an escape is not hexadecimal");
            }
            value = value << 4 | digit;
        }
        return (char) value;
    }

    /** {@code true} or {@code false}. */
    boolean bool() {
        if (peek() == 't') {
            literal("true");
            return true;
        }
        literal("false");
        return false;
    }

    private void literal(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (at >= end || bytes[at] != text.charAt(i)) {
                throw malformed(text + " is missing");
            }
            at++;
        }
    }

    /** Passes over a value of any kind. */
    void skipValue() {
        skipValue(0);
    }

    private void skipValue(int depth) {
        if (depth > MAX_DEPTH) {
            throw malformed("it is nested deeper than " + MAX_DEPTH);
        }
        switch (peek()) {
            case '{' -> {
                at++;
                if (skip('}')) {
                    return;
                }
                do {
                    utf8();
                    expect(':');
                    skipValue(depth + 1);
                } while (skip(','));
                expect('}');
            }
            case '[' -> {
                at++;
                if (skip(']')) {
                    return;
                }
                do {
                    skipValue(depth + 1);
                } while (skip(','));
                expect(']');
            }
            case '"' -> utf8();
            case 't', 'f' -> bool();
            case 'n' -> literal("null");
            default -> numberEnd();
        }
    }

    /** Reads the members of an object by their keys; those that are null are as if absent. */
    void members(Consumer<String> member) {
        expect('{');
        if (skip('}')) {
            return;
        }
        do {
            String key = string();
            expect(':');
            if (peek() == 'n') {
                skipValue();
            } else {
                member.accept(key);
            }
        } while (skip(','));
        expect('}');
    }

    /** Reads the elements of an array. */
    void elements(Runnable element) {
        expect('[');
        if (skip(']')) {
            return;
        }
        do {
            element.run();
        } while (skip(','));
        expect(']');
    }

    /** The bounds of a number: from {@link #position()} after white space to the result, which it consumes. */
    int numberEnd() {
        peek();
        int from = at;
        if (at < end && bytes[at] == '-') {
            at++;
        }
        int digits = digits();
        if (digits == 0 || (digits > 1 && bytes[at - digits] == '0')) {
            at = from;
            throw malformed("a value is missing");
        }
        if (at < end && bytes[at] == '.') {
            at++;
            if (digits() == 0) {
                throw malformed("a number is cut off");
            }
        }
        if (at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
            at++;
            if (at < end && (bytes[at] == '+' || bytes[at] == '-')) {
                at++;
            }
            if (digits() == 0) {
                throw malformed("a number is cut off");
            }
        }
        return at;
    }

    private int digits() {
        int from = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at - from;
    }
}
