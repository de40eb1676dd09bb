package dev.marmita.runner.inference;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * Numbers of JSON into primitive values, correctly rounded. The short way for doubles is Clinger's: a
 * mantissa below 2^53 and a power of ten up to 22 are both exact, so that one multiplication or division
 * rounds once (W. Clinger, "How to read floating point numbers accurately", 1990). For floats a double
 * that is a few units of its last place off is good enough, unless it stands next to the middle between
 * two floats. Not thread-safe.
 */
final class JsonNumbers {

    private static final double[] POWERS = {
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
        1e17, 1e18, 1e19, 1e20, 1e21, 1e22
    };
    private static final long EXACT = 1L << 53;
    private static final long FULL = (Long.MAX_VALUE - 9) / 10;
    private static final int MAX_LENGTH = 1_000;

    /** The bits of a double that a float drops, their value half-way, and how near is too near. */
    private static final long DROPPED = (1L << 29) - 1;

    private static final long HALFWAY = 1L << 28;
    private static final long NEAR = 16;

    private final JsonCursor cursor;
    private int from;
    private int to;
    private boolean negative;
    private long mantissa;
    private int scale;
    private boolean truncated;

    JsonNumbers(JsonCursor cursor) {
        this.cursor = cursor;
    }

    /** The next number as a double; infinite where it is too large. */
    double nextDouble() {
        scan();
        if (truncated || mantissa > EXACT || scale < -22 || scale > 22) {
            return Double.parseDouble(text());
        }
        double value = scale < 0 ? mantissa / POWERS[-scale] : mantissa * POWERS[scale];
        return negative ? -value : value;
    }

    /** The next number as a float; infinite where it is too large. */
    float nextFloat() {
        scan();
        if (scale < -44 || scale > 22) {
            return Float.parseFloat(text());
        }
        double value = mantissa;
        if (scale < -22) {
            value = value / POWERS[22] / POWERS[-scale - 22];
        } else {
            value = scale < 0 ? value / POWERS[-scale] : value * POWERS[scale];
        }
        long offset = (Double.doubleToRawLongBits(value) & DROPPED) - HALFWAY;
        if (Math.abs(offset) <= NEAR || (value < Float.MIN_NORMAL && mantissa != 0)) {
            return Float.parseFloat(text());
        }
        return (float) (negative ? -value : value);
    }

    /** Takes the next number apart; digits beyond the eighteenth or so are dropped. */
    private void scan() {
        bounds();
        byte[] bytes = cursor.array();
        mantissa = 0;
        scale = 0;
        truncated = false;
        boolean fraction = false;
        for (int i = negative ? from + 1 : from; i < to; i++) {
            byte c = bytes[i];
            if (c == '.') {
                fraction = true;
            } else if (c == 'e' || c == 'E') {
                scale += exponent(bytes, i + 1);
                return;
            } else if (mantissa > FULL) {
                truncated = true;
                scale += fraction ? 0 : 1;
            } else {
                mantissa = mantissa * 10 + (c - '0');
                scale -= fraction ? 1 : 0;
            }
        }
    }

    private void bounds() {
        cursor.peek();
        from = cursor.position();
        to = cursor.numberEnd();
        if (to - from > MAX_LENGTH) {
            throw cursor.malformed("a number is longer than " + MAX_LENGTH + " characters");
        }
        negative = cursor.array()[from] == '-';
    }

    /** Far outside of every short way where it has many digits. */
    private int exponent(byte[] bytes, int first) {
        boolean below = bytes[first] == '-';
        int i = below || bytes[first] == '+' ? first + 1 : first;
        int value = 0;
        for (; i < to; i++) {
            value = Math.min(100_000, value * 10 + (bytes[i] - '0'));
        }
        return below ? -value : value;
    }

    private String text() {
        return new String(cursor.array(), from, to - from, StandardCharsets.US_ASCII);
    }

    /** The next number as an integer; {@code 3.0} and {@code 3e2} are integers too. */
    long nextLong(long min, long max) {
        bounds();
        byte[] bytes = cursor.array();
        long value = 0;
        for (int i = negative ? from + 1 : from; i < to; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9 || value > FULL) {
                return inRange(integer(), min, max);
            }
            value = value * 10 + digit;
        }
        value = negative ? -value : value;
        if (value < min || value > max) {
            throw outOfRange(min, max);
        }
        return value;
    }

    /** The next number as an unsigned 64-bit integer, in the bits of a long. */
    long nextUnsigned() {
        bounds();
        BigInteger value = integer();
        if (value.signum() < 0 || value.bitLength() > 64) {
            throw cursor.malformed("an integer is not from 0 to 18446744073709551615");
        }
        return value.longValue();
    }

    private BigInteger integer() {
        BigDecimal value = new BigDecimal(text());
        // Bounds the digits that an exponent may ask for.
        if ((long) value.precision() - value.scale() > 40 || value.scale() > MAX_LENGTH) {
            throw cursor.malformed("a number is not an integer in range");
        }
        try {
            return value.toBigIntegerExact();
        } catch (ArithmeticException e) {
            throw cursor.malformed("a number is not an integer");
        }
    }

    private long inRange(BigInteger value, long min, long max) {
        if (value.bitLength() > 63 || value.longValue() < min || value.longValue() > max) {
            throw outOfRange(min, max);
        }
        return value.longValue();
    }

    private RuntimeException outOfRange(long min, long max) {
        return cursor.malformed("an integer is not from " + min + " to " + max);
    }
}
