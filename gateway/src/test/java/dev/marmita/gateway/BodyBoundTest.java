package dev.marmita.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class BodyBoundTest {

    private static boolean admits(BodyBound bound, String... pieces) {
        boolean all = true;
        for (String piece : pieces) {
            all &= bound.admits(Buffer.buffer(piece));
        }
        return all;
    }

    private static Buffer message(int size) {
        return Buffer.buffer().appendByte((byte) 0).appendInt(size).appendBytes(new byte[size]);
    }

    @Test
    void countsTheWholeOfWhatIsNoStream() {
        assertThat(admits(new BodyBound.Whole(5), "12", "345")).isTrue();
        assertThat(admits(new BodyBound.Whole(5), "12", "345", "6")).isFalse();
        assertThat(new BodyBound.Whole(5).excludes("6")).isTrue();
        assertThat(new BodyBound.Whole(5).excludes("9".repeat(19))).isTrue();
    }

    @Test
    void countsALine() {
        assertThat(admits(new BodyBound.Lines(5), "12345\n12", "345\n", "\n\n12345")).isTrue();
        assertThat(admits(new BodyBound.Lines(5), "123456\n")).isFalse();
        assertThat(admits(new BodyBound.Lines(5), "1\n123", "456\n")).isFalse();
        assertThat(admits(new BodyBound.Lines(5), "1\n123", "456")).isFalse();
        assertThat(new BodyBound.Lines(5).excludes("600")).isFalse();
    }

    @Test
    void countsAMessageHoweverItIsCut() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            Buffer stream = Buffer.buffer();
            for (int i = 0; i < 20; i++) {
                stream.appendBuffer(message(random.nextInt(301)));
            }
            BodyBound bound = new BodyBound.Messages(300);
            for (int at = 0; at < stream.length(); ) {
                int to = Math.min(stream.length(), at + 1 + random.nextInt(400));
                assertThat(bound.admits(stream.getBuffer(at, to))).isTrue();
                at = to;
            }
            assertThat(bound.admits(message(301))).isFalse();
        }
    }

    @Test
    void takesALengthOfFourGibibytesForWhatItIs() {
        Buffer prefix = Buffer.buffer().appendByte((byte) 0).appendInt(-1);
        assertThat(new BodyBound.Messages(Integer.MAX_VALUE).admits(prefix)).isFalse();
    }
}
