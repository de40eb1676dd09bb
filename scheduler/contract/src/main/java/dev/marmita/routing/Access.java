package dev.marmita.routing;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Who may call an endpoint, beside those that nobody admits.
 *
 * @param anonymous whether everybody may, unasked
 * @param tokens whether the tenant's API tokens with scope {@code invoke} may
 * @param groups of the tenant's identity provider whose members may; kept sorted, without duplicates
 */
public record Access(boolean anonymous, boolean tokens, List<GroupName> groups) {

    /** What holds where nothing is said: the tenant's API tokens, and nobody else. */
    public static final Access DEFAULT = new Access(false, true, List.of());

    public Access {
        Objects.requireNonNull(groups, "groups");
        groups = groups.stream().distinct().sorted(Comparator.naturalOrder()).toList();
    }

    /** Whether no credential whatever is admitted. */
    public boolean closed() {
        return !anonymous && !tokens && groups.isEmpty();
    }
}
