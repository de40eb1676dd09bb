package dev.marmita.platform.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LogTailTest {

    @Test
    void tellsWhatCameBehindWhatWasSeen() {
        assertThat(LogTail.fresh(List.of("a", "b"), List.of("a", "b", "c"))).containsExactly("c");
        assertThat(LogTail.fresh(List.of("a", "b"), List.of("a", "b"))).isEmpty();
        assertThat(LogTail.fresh(List.of("a", "b", "c"), List.of("b", "c", "d")))
                .containsExactly("d");
    }

    @Test
    void takesEverythingWhereNothingOverlaps() {
        assertThat(LogTail.fresh(List.of("a"), List.of("x", "y"))).containsExactly("x", "y");
        assertThat(LogTail.fresh(List.of(), List.of("x"))).containsExactly("x");
    }

    @Test
    void isNotConfusedByLinesThatRepeat() {
        assertThat(LogTail.fresh(List.of("-", "-", "x"), List.of("-", "x", "-", "-")))
                .containsExactly("-", "-");
    }
}
