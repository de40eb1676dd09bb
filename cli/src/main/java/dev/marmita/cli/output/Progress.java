package dev.marmita.cli.output;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * One piece of work that is under way, visible all the time. On a terminal its line moves; elsewhere a line is
 * written at its start, at its end, and in between every few seconds. Thread-safe.
 */
public final class Progress implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(120);
    private static final Duration PLAIN_TICK = Duration.ofSeconds(5);
    private static final String[] SPINNER = {"|", "/", "-", "\\"};
    private static final int BAR = 24;

    private final Terminal terminal;
    private final String label;
    private final long started = System.nanoTime();
    private final Thread ticker;
    private long done; // guarded by this
    private long total; // guarded by this; 0 while unknown
    private boolean bytes; // guarded by this
    private String detail = ""; // guarded by this
    private boolean ended; // guarded by this

    private Progress(Terminal terminal, String label) {
        this.terminal = terminal;
        this.label = label;
        this.ticker = Thread.ofVirtual().name("progress").unstarted(this::tick);
    }

    public static Progress start(Terminal terminal, String label) {
        Progress progress = new Progress(terminal, label);
        if (!terminal.interactive()) {
            terminal.note("… " + label);
        }
        progress.ticker.start();
        return progress;
    }

    public synchronized void bytes(long soFar, long ofAll) {
        done = soFar;
        total = ofAll;
        bytes = true;
    }

    public synchronized void count(long soFar, long ofAll) {
        done = soFar;
        total = ofAll;
        bytes = false;
    }

    /** What is going on right now. */
    public synchronized void detail(String text) {
        detail = text;
    }

    /** Another part of the work begins; how far it is is not known yet. */
    public synchronized void phase(String text) {
        detail = text;
        done = 0;
        total = 0;
    }

    /** Ends it well, with what came out of it. */
    public void done(String result) {
        if (end()) {
            terminal.note(
                    "%s %s%s %s"
                            .formatted(
                                    terminal.good("✓"),
                                    label,
                                    result.isEmpty() ? "" : ": " + result,
                                    terminal.faint(took())));
        }
    }

    /** Ends it badly, if it has not ended: a failure tells its story elsewhere. */
    @Override
    public void close() {
        if (end()) {
            terminal.note("%s %s %s".formatted(terminal.bad("✗"), label, terminal.faint(took())));
        }
    }

    private boolean end() {
        synchronized (this) {
            if (ended) {
                return false;
            }
            ended = true;
        }
        ticker.interrupt();
        return true;
    }

    private String took() {
        return "(" + seconds(Duration.ofNanos(System.nanoTime() - started)) + ")";
    }

    private void tick() {
        try {
            for (int i = 0; ; i++) {
                Thread.sleep(terminal.interactive() ? TICK : PLAIN_TICK);
                synchronized (this) {
                    if (ended) {
                        return;
                    }
                    if (terminal.interactive()) {
                        terminal.draw(
                                SPINNER[i % SPINNER.length]
                                        + " "
                                        + label
                                        + " "
                                        + state()
                                        + " "
                                        + took());
                    } else {
                        terminal.note(words(" ", label, state(), took()));
                    }
                }
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private static String words(String... words) {
        return Arrays.stream(words).filter(it -> !it.isEmpty()).collect(Collectors.joining(" "));
    }

    private synchronized String state() {
        if (total <= 0) {
            return detail;
        }
        int filled = (int) (BAR * Math.min(done, total) / total);
        String bar = "[" + "#".repeat(filled) + ".".repeat(BAR - filled) + "] ";
        String amount = bytes ? size(done) + " of " + size(total) : done + " of " + total;
        return bar + amount + (detail.isEmpty() ? "" : " " + detail);
    }

    public static String size(long bytes) {
        if (bytes < 10_000) {
            return bytes + " B";
        }
        return bytes < 10_000_000
                ? String.format(Locale.ROOT, "%.0f KB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    public static String seconds(Duration duration) {
        return duration.toMillis() < 1_000
                ? duration.toMillis() + " ms"
                : String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
    }
}
