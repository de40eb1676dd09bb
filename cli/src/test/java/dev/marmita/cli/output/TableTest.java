package dev.marmita.cli.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TableTest {
    @Test
    void alignsColumnsAndKeepsRowsOnOneLine() {
        Table table = new Table("A", "LONG");
        table.row("São", "x\ny");
        table.row("", "z");
        assertThat(table.lines()).containsExactly("A    LONG", "São  x y", "-    z");
        assertThatThrownBy(() -> table.row("one")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void progressIsPlainLinesWhereThereIsNoTerminal() {
        StringWriter err = new StringWriter();
        Terminal terminal =
                new Terminal(
                        new PrintWriter(new StringWriter()), new PrintWriter(err), false, false);
        try (Progress good = Progress.start(terminal, "sending")) {
            good.bytes(5, 10);
            good.done("all");
        }
        Progress.start(terminal, "failing").close();
        assertThat(err.toString().lines())
                .satisfiesExactly(
                        it -> assertThat(it).isEqualTo("… sending"),
                        it -> assertThat(it).matches("✓ sending: all \\([0-9.]+ m?s\\)"),
                        it -> assertThat(it).isEqualTo("… failing"),
                        it -> assertThat(it).matches("✗ failing \\([0-9.]+ m?s\\)"));
    }

    @Test
    void noColourCodesUnlessOnATerminal() {
        Terminal plain =
                new Terminal(
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(new StringWriter()),
                        false,
                        false);
        Terminal coloured =
                new Terminal(
                        new PrintWriter(new StringWriter()),
                        new PrintWriter(new StringWriter()),
                        true,
                        true);
        assertThat(plain.bold("x")).isEqualTo("x");
        assertThat(coloured.bold("x")).isNotEqualTo("x").contains("x");
    }
}
