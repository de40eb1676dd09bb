package dev.marmita.runner.binding;

import dev.marmita.service.BadInputException;
import org.jspecify.annotations.Nullable;

/** Where in a request a value stands; turned into text only for a message. */
public final class Path {

    /** The request itself. */
    public static final Path ROOT = new Path(null, "", -1);

    private final @Nullable Path parent;
    private final String name;
    private final int index;

    private Path(@Nullable Path parent, String name, int index) {
        this.parent = parent;
        this.name = name;
        this.index = index;
    }

    /** A field of what stands here. */
    public Path field(String field) {
        return new Path(this, field, -1);
    }

    /** An element of what stands here. */
    public Path element(int element) {
        return new Path(this, "", element);
    }

    /** What is wrong with what stands here. */
    public BadInputException problem(String what) {
        String where = toString();
        return where.isEmpty()
                ? new BadInputException("the request " + what)
                : new BadInputException(where, "field '" + where + "' " + what);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        append(text);
        return text.toString();
    }

    private void append(StringBuilder text) {
        if (parent == null) {
            return;
        }
        parent.append(text);
        if (index >= 0) {
            text.append('[').append(index).append(']');
        } else {
            text.append(text.isEmpty() ? "" : ".").append(shortened(name));
        }
    }

    private static String shortened(String name) {
        return name.length() <= 60 ? name : name.substring(0, 60) + "…";
    }
}
