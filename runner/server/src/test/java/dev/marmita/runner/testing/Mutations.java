package dev.marmita.runner.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Spoils well-formed requests, the same way for the same seed. */
public final class Mutations {

    /** Cases of a normal run; {@code -Dmarmita.fuzz.cases=…} makes it a long one. */
    public static int cases(int normal) {
        return Integer.getInteger("marmita.fuzz.cases", normal);
    }

    private final Random random;
    private final List<byte[]> seeds;
    private final List<byte[]> words;

    /**
     * @param seeds well-formed requests
     * @param words that are put where they do not belong
     */
    public Mutations(long seed, List<byte[]> seeds, List<String> words) {
        this.random = new Random(seed);
        this.seeds = List.copyOf(seeds);
        this.words =
                words.stream().map(word -> word.getBytes(StandardCharsets.ISO_8859_1)).toList();
    }

    public Random random() {
        return random;
    }

    /** One of the seeds, spoilt in one to three places. */
    public byte[] next() {
        byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
        for (int n = random.nextInt(1, 4); n > 0; n--) {
            bytes = spoilt(bytes);
        }
        return bytes;
    }

    private byte[] spoilt(byte[] bytes) {
        int at = random.nextInt(bytes.length + 1);
        int end = Math.min(bytes.length, at + 1 + random.nextInt(8));
        byte[] none = {};
        return switch (random.nextInt(8)) {
            case 0, 1 -> flipped(bytes, at);
            case 2 -> joined(bytes, 0, at, none, end);
            case 3 -> joined(bytes, 0, at, Arrays.copyOfRange(bytes, at, end), at);
            case 4, 5 -> joined(bytes, 0, at, words.get(random.nextInt(words.size())), at);
            case 6 -> Arrays.copyOf(bytes, at);
            default -> {
                byte[] other = seeds.get(random.nextInt(seeds.size()));
                int from = random.nextInt(other.length + 1);
                byte[] tail = Arrays.copyOfRange(other, from, other.length);
                yield joined(bytes, 0, at, tail, bytes.length);
            }
        };
    }

    private byte[] flipped(byte[] bytes, int at) {
        if (at == bytes.length) {
            return bytes;
        }
        byte[] flipped = bytes.clone();
        flipped[at] =
                random.nextBoolean()
                        ? (byte) random.nextInt(256)
                        : (byte) (flipped[at] ^ 1 << random.nextInt(8));
        return flipped;
    }

    private static byte[] joined(byte[] bytes, int from, int to, byte[] middle, int rest) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        joined.write(bytes, from, to - from);
        joined.writeBytes(middle);
        joined.write(bytes, rest, bytes.length - rest);
        return joined.toByteArray();
    }
}
