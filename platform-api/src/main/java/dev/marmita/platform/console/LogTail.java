package dev.marmita.platform.console;

import java.util.List;

/** Tells the new lines of a log from those seen before, where only its end can be asked for. */
final class LogTail {

    private LogTail() {}

    /**
     * @param before the end of the log as it was
     * @param now the end of the log as it is
     * @return what came behind {@code before}; all of {@code now} where they do not overlap
     */
    static List<String> fresh(List<String> before, List<String> now) {
        for (int gone = 0; gone < before.size(); gone++) {
            int kept = before.size() - gone;
            if (kept <= now.size()
                    && before.subList(gone, before.size()).equals(now.subList(0, kept))) {
                return List.copyOf(now.subList(kept, now.size()));
            }
        }
        return List.copyOf(now);
    }
}
