package dev.marmita.cli.evaluate;

/** Levenshtein's distance between texts, in characters (code points). */
final class EditDistance {
    private EditDistance() {}

    static int between(String one, String other) {
        int[] a = one.codePoints().toArray();
        int[] b = other.codePoints().toArray();
        int[] before = new int[b.length + 1];
        for (int j = 0; j <= b.length; j++) {
            before[j] = j;
        }
        int[] row = new int[b.length + 1];
        for (int i = 1; i <= a.length; i++) {
            row[0] = i;
            for (int j = 1; j <= b.length; j++) {
                int replaced = before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                row[j] = Math.min(replaced, Math.min(before[j], row[j - 1]) + 1);
            }
            int[] swap = before;
            before = row;
            row = swap;
        }
        return before[b.length];
    }
}
