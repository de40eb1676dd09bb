package dev.marmita.cli.output;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where the command writes: results to {@code out}, progress and errors to {@code err}. On a terminal progress
 * redraws one line and words may be coloured; elsewhere every line is final and plain. Thread-safe.
 */
public final class Terminal {
    private static final int WIDTH = 100;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean interactive;
    private final boolean colours;
    private int drawn; // width of the line that is redrawn; guarded by this

    public Terminal(PrintWriter out, PrintWriter err, boolean interactive, boolean colours) {
        this.out = out;
        this.err = err;
        this.interactive = interactive;
        this.colours = colours;
    }

    /** The process's own streams, in UTF-8. */
    public static Terminal ofProcess(Map<String, String> environment) {
        java.io.Console console = System.console();
        boolean interactive =
                console != null && console.isTerminal() && !"dumb".equals(environment.get("TERM"));
        return new Terminal(
                new PrintWriter(System.out, false, StandardCharsets.UTF_8),
                new PrintWriter(System.err, false, StandardCharsets.UTF_8),
                interactive,
                interactive && environment.getOrDefault("NO_COLOR", "").isEmpty());
    }

    public boolean interactive() {
        return interactive;
    }

    public PrintWriter out() {
        return out;
    }

    public PrintWriter err() {
        return err;
    }

    public synchronized void line(String text) {
        erase();
        out.println(text);
        out.flush();
    }

    public void line() {
        line("");
    }

    /** A line that tells how things go, not a result. */
    public synchronized void note(String text) {
        erase();
        err.println(text);
        err.flush();
    }

    /** Draws over the line drawn before; only on a terminal. */
    synchronized void draw(String text) {
        if (!interactive) {
            return;
        }
        String shown = text.length() > WIDTH ? text.substring(0, WIDTH) : text;
        err.print("\r" + shown + " ".repeat(Math.max(0, drawn - shown.length())));
        err.flush();
        drawn = shown.length();
    }

    private void erase() {
        if (drawn > 0) {
            err.print("\r" + " ".repeat(drawn) + "\r");
            err.flush();
            drawn = 0;
        }
    }

    public String bold(String text) {
        return style("1", text);
    }

    public String good(String text) {
        return style("32", text);
    }

    public String bad(String text) {
        return style("31", text);
    }

    public String faint(String text) {
        return style("2", text);
    }

    private String style(String code, String text) {
        return colours ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }
}
