package dev.marmita.registry.bundle;

import dev.marmita.registry.RegistryException.InvalidArtifact;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Which names entries may have: such that unpacking them anywhere stays inside the folder. */
final class BundleNames {

    private static final int MOST = 2_000;
    private static final int LONGEST = 255;

    private BundleNames() {}

    /**
     * @throws InvalidArtifact for the first name that breaks a rule
     */
    static void check(List<String> names) {
        if (names.size() > MOST) {
            throw new InvalidArtifact("more than " + MOST + " entries: " + names.size());
        }
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            check(name);
            // Two names in one file on a file system that doesn't tell cases apart.
            if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                throw new InvalidArtifact("entry '" + shown(name) + "' is there twice");
            }
        }
    }

    private static void check(String name) {
        if (name.isEmpty() || name.length() > LONGEST) {
            throw new InvalidArtifact(
                    "an entry's name must have 1 to "
                            + LONGEST
                            + " characters: '"
                            + shown(name)
                            + "'");
        }
        if (name.startsWith("/")
                || name.contains("\\")
                || name.matches("[A-Za-z]:.*")
                || name.chars().anyMatch(c -> Character.isISOControl(c) || c == 0xFFFD)) {
            throw new InvalidArtifact(
                    "entry '"
                            + shown(name)
                            + "' must have a relative name of plain characters with '/'");
        }
        String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                throw new InvalidArtifact(
                        "entry '" + shown(name) + "' would be unpacked outside its folder");
            }
        }
    }

    /** A name for a message: short and without characters that mess up a terminal. */
    static String shown(String name) {
        String plain = name.replaceAll("\\p{Cntrl}", "?");
        return plain.length() <= 80 ? plain : plain.substring(0, 80) + "…";
    }
}
