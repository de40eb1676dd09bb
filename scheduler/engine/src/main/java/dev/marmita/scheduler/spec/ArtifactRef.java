package dev.marmita.scheduler.spec;

import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reference to a model or a service: {@code name:label}, {@code name@version}, or {@code name} alone,
 * which is {@code name:latest}.
 *
 * @param name DNS label of at most 63 characters
 */
public record ArtifactRef(String name, Target target) {

    private static final String LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";

    /** The whole rule, also used by the published schema. */
    static final String PATTERN = "^(" + LABEL + ")(?::(" + LABEL + ")|@([1-9][0-9]{0,8}))?$";

    private static final Pattern COMPILED = Pattern.compile(PATTERN);

    /** What picks the version. */
    public sealed interface Target {}

    /** A movable label. */
    public record Label(String name) implements Target {}

    /** A version for good, 1 or more. */
    public record Version(long number) implements Target {}

    public ArtifactRef {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(target, "target");
    }

    /** A reference to one version. */
    public static ArtifactRef pinned(String name, long version) {
        return new ArtifactRef(name, new Version(version));
    }

    /** Empty where the text is not a reference. */
    public static Optional<ArtifactRef> parse(String text) {
        Matcher matcher = COMPILED.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String version = matcher.group(3);
        String label = matcher.group(2);
        Target target =
                version != null
                        ? new Version(Long.parseLong(version))
                        : new Label(label == null ? "latest" : label);
        return Optional.of(new ArtifactRef(matcher.group(1), target));
    }

    /** Whether what it means can change. */
    public boolean movable() {
        return target instanceof Label;
    }

    /** {@code name:label} or {@code name@version}; parses back to an equal reference. */
    @Override
    public String toString() {
        return switch (target) {
            case Label label -> name + ":" + label.name();
            case Version version -> name + "@" + version.number();
        };
    }
}
