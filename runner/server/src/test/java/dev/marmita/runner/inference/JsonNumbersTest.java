package dev.marmita.runner.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.marmita.service.BadInputException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonNumbersTest {

    private static JsonNumbers of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new JsonNumbers(new JsonCursor(bytes, 0, bytes.length));
    }

    @Test
    void readsEveryFloatBackAsItself() {
        Random random = new Random(42);
        for (int i = 0; i < 300_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            if (Float.isFinite(value)) {
                assertThat(of(Float.toString(value)).nextFloat()).isEqualTo(value);
                // As Python prints a float32 that it has widened.
                assertThat(of(Double.toString(value)).nextFloat()).isEqualTo(value);
            }
        }
    }

    @Test
    void roundsToTheNearestAlsoNextToTheMiddle() {
        Random random = new Random(43);
        for (int i = 0; i < 100_000; i++) {
            float value = random.nextFloat() * (float) Math.pow(10, random.nextInt(-12, 12));
            double middle = ((double) value + (double) Math.nextUp(value)) / 2;
            for (double near : new double[] {middle, Math.nextUp(middle), Math.nextDown(middle)}) {
                String text = Double.toString(near);
                assertThat(of(text).nextFloat()).isEqualTo(Float.parseFloat(text));
            }
            String digits = middle + "000000000000000000001";
            if (!digits.contains("E")) {
                assertThat(of(digits).nextFloat()).isEqualTo(Float.parseFloat(digits));
            }
        }
    }

    @Test
    void readsEveryDoubleBackAsItself() {
        Random random = new Random(44);
        for (int i = 0; i < 300_000; i++) {
            double value = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(value)) {
                assertThat(of(Double.toString(value)).nextDouble()).isEqualTo(value);
            }
            double plain = random.nextInt() / 1e4;
            assertThat(of(Double.toString(plain)).nextDouble()).isEqualTo(plain);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-0",
                "0.0",
                "1e0",
                "1E+2",
                "1e-45",
                "1.4e-45",
                "123456789012345678901234567890",
                "0.000000000000000000000000000000000000000000001",
                "3.4028235e38",
                "3.4028236e38",
                "1e-400",
                "16777217",
                "9007199254740993",
                "1e22",
                "1e23",
                "5e-324"
            })
    void agreesWithTheJdk(String text) {
        assertThat(of(text).nextFloat()).isEqualTo(Float.parseFloat(text));
        assertThat(of(text).nextDouble()).isEqualTo(Double.parseDouble(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "+1",
                ".5",
                "1.",
                "1e",
                "1e+",
                "01",
                "--1",
                "NaN",
                "Infinity",
                "-a",
                "null",
                "\"1\""
            })
    void refusesWhatIsNoNumberOfJson(String text) {
        assertThatThrownBy(() -> of(text).nextFloat()).isInstanceOf(BadInputException.class);
        assertThatThrownBy(() -> of(text).nextLong(0, 9)).isInstanceOf(BadInputException.class);
    }

    @Test
    void keepsIntegersExactAndInRange() {
        assertThat(of("9223372036854775807").nextLong(Long.MIN_VALUE, Long.MAX_VALUE))
                .isEqualTo(Long.MAX_VALUE);
        assertThat(of("-9223372036854775808").nextLong(Long.MIN_VALUE, Long.MAX_VALUE))
                .isEqualTo(Long.MIN_VALUE);
        assertThat(of("18446744073709551615").nextUnsigned()).isEqualTo(-1L);
        assertThat(of("3.0").nextLong(0, 9)).isEqualTo(3);
        assertThat(of("2e2").nextLong(0, 999)).isEqualTo(200);
        for (String text :
                new String[] {"10", "-1", "1.5", "1e99", "1e999999999", "1e-999999999"}) {
            assertThatThrownBy(() -> of(text).nextLong(0, 9)).isInstanceOf(BadInputException.class);
        }
        assertThatThrownBy(() -> of("18446744073709551616").nextUnsigned())
                .isInstanceOf(BadInputException.class);
        assertThatThrownBy(() -> of("-1").nextUnsigned()).isInstanceOf(BadInputException.class);
    }
}
