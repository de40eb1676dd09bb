package dev.marmita.routing;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A group as an identity provider calls it in its tokens: a path from the root like {@code
 * /clientes/acme/leitores} (Keycloak), or a plain name. Only equal names match; whoever
 * checks a token adds the groups above a member's own where they count.
 * 1 to 255 printable characters without spaces at either end; a path has no empty step. In JSON a string.
 *
 * @throws IllegalArgumentException where the name breaks that rule
 */
public record GroupName(@JsonValue String value) implements Comparable<GroupName> {

    private static final Pattern FORM =
            Pattern.compile(
                    "(?!.*//)(?!.+/$)[^\\p{Cntrl}\\p{Z}](?:[^\\p{Cntrl}]{0,253}[^\\p{Cntrl}\\p{Z}])?");

    @JsonCreator
    public GroupName {
        if (value.equals("/") || !FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "a group must be a path like /a/b or a name, of 1 to 255 printable characters");
        }
    }

    @Override
    public int compareTo(GroupName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
