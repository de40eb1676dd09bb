package dev.marmita.platform.console.view;

import dev.marmita.platform.access.Caller;
import dev.marmita.platform.access.Permission;
import dev.marmita.routing.TenantId;
import java.text.NumberFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What every page knows: who looks, in which language, time zone and theme.
 *
 * @param path of the request, to come back to
 * @param theme {@code light}, {@code dark} or empty: as the system is
 * @param csrf of the session; empty where nobody is signed in
 * @param assets where scripts and styles of this release are
 */
public record Page(
        Texts texts,
        ZoneId zone,
        String theme,
        String path,
        Optional<Caller> caller,
        String csrf,
        String assets,
        String version) {

    private static final String[] SIZES = {"B", "KiB", "MiB", "GiB", "TiB"};

    /** A text in the reader's language. */
    public String t(String key, Object... arguments) {
        return texts.get(key, arguments);
    }

    /** A word of the platform's in the reader's language, or as it is. */
    public String word(String kind, String word) {
        return texts.orElse(kind + "." + word, word);
    }

    /** One of two texts by number; {@code {0}} is the number. */
    public String count(String key, long number) {
        return texts.get(key + (number == 1 ? ".one" : ".many"), number(number));
    }

    public Locale locale() {
        return texts.locale();
    }

    public String language() {
        return texts.locale().toLanguageTag();
    }

    /** Whether the page belongs to that entry of the menu. */
    public boolean in(String section) {
        String home = path;
        if (path.startsWith("/console/tenants/") && path.endsWith("/playground")) {
            home = "/console/playground";
        } else if (path.startsWith("/console/tenants/") && path.contains("/deployments/")) {
            home = "/console/deployments";
        }
        return section.equals("/console")
                ? home.equals("/console")
                : home.equals(section) || home.startsWith(section + "/");
    }

    public String number(long number) {
        return NumberFormat.getIntegerInstance(locale()).format(number);
    }

    public String decimal(double number) {
        NumberFormat format = NumberFormat.getNumberInstance(locale());
        format.setMaximumFractionDigits(number < 10 ? 2 : 1);
        return format.format(number);
    }

    public String bytes(long bytes) {
        double size = bytes;
        int unit = 0;
        while (size >= 1024 && unit < SIZES.length - 1) {
            size /= 1024;
            unit++;
        }
        NumberFormat format = NumberFormat.getNumberInstance(locale());
        format.setMaximumFractionDigits(unit == 0 || size >= 100 ? 0 : 1);
        return format.format(size) + " " + SIZES[unit];
    }

    /** Date and time in the reader's zone. */
    public String moment(Instant at) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.MEDIUM)
                .withLocale(locale())
                .format(at.atZone(zone));
    }

    public String clock(Instant at) {
        return DateTimeFormatter.ofLocalizedTime(FormatStyle.MEDIUM)
                .withLocale(locale())
                .format(at.atZone(zone));
    }

    /** How long ago, roughly, in words. */
    public String ago(Instant at) {
        Duration since = Duration.between(at, Instant.now());
        if (since.toSeconds() < 5) {
            return t("ago.now");
        }
        if (since.toMinutes() < 1) {
            return t("ago.seconds", since.toSeconds());
        }
        if (since.toHours() < 1) {
            return t("ago.minutes", since.toMinutes());
        }
        return since.toDays() < 1 ? t("ago.hours", since.toHours()) : t("ago.days", since.toDays());
    }

    /** Whether somebody is signed in. */
    public boolean signedIn() {
        return caller.isPresent();
    }

    /** Whether whoever looks runs the platform. */
    public boolean operator() {
        return may(Permission.ADMINISTER_PLATFORM, "");
    }

    /** Whether whoever looks may do this; within the tenant, where one is given. */
    public boolean may(Permission permission, String tenant) {
        return caller.map(
                        who ->
                                who.decide(
                                                permission,
                                                tenant.isEmpty()
                                                        ? Optional.empty()
                                                        : Optional.of(new TenantId(tenant)),
                                                Optional.empty())
                                        == Caller.Decision.ALLOWED)
                .orElse(false);
    }

    public boolean publisher() {
        return may(Permission.PUBLISH, "");
    }

    /** The tenants that whoever looks belongs to; empty for the platform's own. */
    public List<String> tenants() {
        return caller.flatMap(Caller::tenants)
                .map(all -> all.stream().map(TenantId::value).toList())
                .orElse(List.of());
    }
}
