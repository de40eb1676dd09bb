package dev.marmita.documents;

import dev.marmita.service.BadInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Which pages of a document a request wants, within the limit of pages per request. */
final class PageSelection {

    private static final Pattern RANGE =
            Pattern.compile("\\s*(\\d{1,9})\\s*(?:-\\s*(\\d{1,9})\\s*)?");

    private PageSelection() {}

    /**
     * The wanted pages.
     *
     * @return indexes from 0, ascending
     * @throws BadInputException where they are too many or do not exist
     */
    static List<Integer> of(Optional<String> wanted, int pageCount, int maxPages) {
        if (wanted.isEmpty() || wanted.get().isBlank()) {
            if (pageCount > maxPages) {
                throw new BadInputException(
                        "document",
                        "the document has "
                                + pageCount
                                + " pages; at most "
                                + maxPages
                                + " are read in one request (choose some with pages=1-"
                                + maxPages
                                + ")");
            }
            return IntStream.range(0, pageCount).boxed().toList();
        }
        TreeSet<Integer> indexes = new TreeSet<>();
        for (String part : wanted.get().split(",", -1)) {
            Matcher range = RANGE.matcher(part);
            if (!range.matches()) {
                throw new BadInputException("pages", "write pages like 1-3,7");
            }
            int first = Integer.parseInt(range.group(1));
            int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
            if (first < 1 || last < first || last > pageCount) {
                throw new BadInputException(
                        "pages", "the document has the pages 1 to " + pageCount);
            }
            if (last - first >= maxPages) {
                throw tooMany(maxPages);
            }
            for (int page = first; page <= last; page++) {
                indexes.add(page - 1);
            }
            if (indexes.size() > maxPages) {
                throw tooMany(maxPages);
            }
        }
        return new ArrayList<>(indexes);
    }

    private static BadInputException tooMany(int maxPages) {
        return new BadInputException(
                "pages", "at most " + maxPages + " pages are read in one request");
    }
}
