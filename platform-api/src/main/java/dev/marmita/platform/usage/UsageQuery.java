package dev.marmita.platform.usage;

import dev.marmita.platform.usage.UsageReport.Group;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.scheduler.Usage.Cut;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for, from a query: {@code ?from=&to=&groupBy=&zone=}.
 *
 * @param from with it; a moment or a day of the zone; absent: the beginning of this month
 * @param to without it; absent: now
 * @param groupBy some of {@code deployment}, {@code nodePool} and one of {@code hour}, {@code day}, {@code
 *     month}, with commas between; absent: {@code deployment}
 * @param zone whose days they are, like {@code America/Sao_Paulo}; absent: UTC
 */
record UsageQuery(
        @Nullable String from,
        @Nullable String to,
        @Nullable String groupBy,
        @Nullable String zone) {

    private static final Duration LONGEST = Duration.ofDays(5 * 366);
    private static final Duration LONGEST_BY_HOUR = Duration.ofDays(62);

    /** The same, understood. */
    record Asked(Instant from, Instant to, Set<Group> groups, Cut cut, ZoneId zone) {}

    Asked asked(Instant now) {
        ZoneId where = where();
        LocalDate month = LocalDate.ofInstant(now, where).withDayOfMonth(1);
        Instant begin =
                from == null ? month.atStartOfDay(where).toInstant() : moment("from", from, where);
        Instant end = to == null ? now : moment("to", to, where);
        if (!begin.isBefore(end)) {
            throw ProblemException.field("from", "must be before 'to'");
        }
        Set<Group> groups = EnumSet.noneOf(Group.class);
        Cut cut = Cut.NONE;
        for (String each : List.of((groupBy == null ? "deployment" : groupBy).split(",", 8))) {
            switch (each.strip()) {
                case "deployment" -> groups.add(Group.DEPLOYMENT);
                case "nodePool" -> groups.add(Group.NODE_POOL);
                case "hour" -> cut = only(cut, Cut.HOUR);
                case "day" -> cut = only(cut, Cut.DAY);
                case "month" -> cut = only(cut, Cut.MONTH);
                default ->
                        throw ProblemException.field(
                                "groupBy",
                                "must be of deployment, nodePool, hour, day, month, with commas"
                                        + " between");
            }
        }
        if (cut != Cut.NONE) {
            groups.add(Group.TIME);
        }
        Duration longest = cut == Cut.HOUR ? LONGEST_BY_HOUR : LONGEST;
        if (Duration.between(begin, end).compareTo(longest) > 0) {
            throw ProblemException.field(
                    "to", "must be at most " + longest.toDays() + " days after 'from'");
        }
        return new Asked(begin, end, groups, cut, where);
    }

    private static Cut only(Cut before, Cut now) {
        if (before != Cut.NONE && before != now) {
            throw ProblemException.field("groupBy", "must have one of hour, day, month");
        }
        return now;
    }

    private ZoneId where() {
        try {
            return zone == null ? ZoneOffset.UTC : ZoneId.of(zone);
        } catch (DateTimeException unknown) {
            throw ProblemException.field("zone", "must be a time zone like America/Sao_Paulo");
        }
    }

    private static Instant moment(String field, String text, ZoneId zone) {
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeParseException wrong) {
            throw ProblemException.field(field, "must be like 2026-11-01 or 2026-11-01T12:00:00Z");
        }
    }
}
