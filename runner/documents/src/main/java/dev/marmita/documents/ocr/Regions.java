package dev.marmita.documents.ocr;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Connected regions (eight neighbours) of a probability map, each as the ends of its horizontal runs,
 * which is all that its convex hull needs.
 */
final class Regions {

    private final float[] map;
    private final int width;
    private final int height;
    private final float threshold;

    /** y, first x and last x of every run, three numbers each. */
    private int[] runs = new int[3 * 1024];

    private int[] parents = new int[1024];
    private int count;

    private Regions(float[] map, int width, int height, float threshold) {
        this.map = map;
        this.width = width;
        this.height = height;
        this.threshold = threshold;
    }

    /**
     * Finds the regions above the threshold.
     *
     * @return for each region its runs from top to bottom: y, first x, last x, three numbers each
     */
    static List<int[]> find(float[] map, int width, int height, float threshold) {
        Regions regions = new Regions(map, width, height, threshold);
        regions.scan();
        return regions.grouped();
    }

    private void scan() {
        int previousFrom = 0;
        int previousTo = 0;
        for (int y = 0; y < height; y++) {
            int from = count;
            scanRow(y);
            join(previousFrom, previousTo, from, count);
            previousFrom = from;
            previousTo = count;
        }
    }

    private void scanRow(int y) {
        int row = y * width;
        int x = 0;
        while (x < width) {
            if (map[row + x] <= threshold) {
                x++;
                continue;
            }
            int start = x;
            while (x < width && map[row + x] > threshold) {
                x++;
            }
            add(y, start, x - 1);
        }
    }

    private void add(int y, int first, int last) {
        if (count == parents.length) {
            parents = Arrays.copyOf(parents, count * 2);
            runs = Arrays.copyOf(runs, count * 6);
        }
        runs[3 * count] = y;
        runs[3 * count + 1] = first;
        runs[3 * count + 2] = last;
        parents[count] = count;
        count++;
    }

    private void join(int upperFrom, int upperTo, int from, int to) {
        int upper = upperFrom;
        for (int run = from; run < to; run++) {
            int first = runs[3 * run + 1] - 1;
            int last = runs[3 * run + 2] + 1;
            while (upper < upperTo && runs[3 * upper + 2] < first) {
                upper++;
            }
            for (int i = upper; i < upperTo && runs[3 * i + 1] <= last; i++) {
                union(i, run);
            }
        }
    }

    private void union(int one, int other) {
        int a = root(one);
        int b = root(other);
        if (a != b) {
            parents[Math.max(a, b)] = Math.min(a, b);
        }
    }

    private int root(int run) {
        int at = run;
        while (parents[at] != at) {
            parents[at] = parents[parents[at]];
            at = parents[at];
        }
        return at;
    }

    private List<int[]> grouped() {
        int[] sizes = new int[count];
        for (int i = 0; i < count; i++) {
            sizes[root(i)]++;
        }
        int[][] groups = new int[count][];
        List<int[]> found = new ArrayList<>();
        int[] filled = new int[count];
        for (int i = 0; i < count; i++) {
            int root = root(i);
            if (groups[root] == null) {
                groups[root] = new int[3 * sizes[root]];
                found.add(groups[root]);
            }
            System.arraycopy(runs, 3 * i, groups[root], filled[root], 3);
            filled[root] += 3;
        }
        return found;
    }
}
