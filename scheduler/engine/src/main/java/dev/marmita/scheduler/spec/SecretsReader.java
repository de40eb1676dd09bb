package dev.marmita.scheduler.spec;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads {@code secrets} of a specification. Somebody may have written a value where a name belongs, so its
 * errors repeat nothing of what they refuse.
 */
final class SecretsReader {

    static final int MOST = 32;

    private static final String NAME = "^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$";

    /** What is the platform's own to say is not for secrets. */
    private static final String ENV = "^(?!MARMITA_)[A-Za-z_][A-Za-z0-9_]{0,127}$";

    private static final String FILE = "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$";

    private SecretsReader() {}

    static SortedMap<String, SecretTarget> read(FieldReader fields, Map<String, String> env) {
        SortedMap<String, SecretTarget> secrets = new TreeMap<>();
        Set<String> taken = new HashSet<>(env.keySet());
        Set<String> files = new HashSet<>();
        fields.objects("secrets", MOST, NAME, SecretsReader::target)
                .forEach(
                        (name, target) -> {
                            String field = "secrets." + name;
                            if (target.env().isEmpty() && target.file().isEmpty()) {
                                if (!target.said()) {
                                    fields.wrong(field, "must say env, file, or both");
                                }
                                return;
                            }
                            if (target.env().isPresent() && !taken.add(target.env().get())) {
                                fields.wrong(field + ".env", "is the name of another setting too");
                            }
                            if (target.file().isPresent() && !files.add(target.file().get())) {
                                fields.wrong(field + ".file", "is another secret's file too");
                            }
                            secrets.put(name, new SecretTarget(target.env(), target.file()));
                        });
        return secrets;
    }

    /**
     * As read, perhaps without any place.
     *
     * @param said whether there was one, be it a wrong one
     */
    private record Read(Optional<String> env, Optional<String> file, boolean said) {}

    private static Read target(FieldReader f) {
        return new Read(
                f.name(
                        "env",
                        ENV,
                        "must be a name like DB_PASSWORD, not one that begins with MARMITA_"),
                f.name("file", FILE, "must be the name of a file like key.pem, without folders"),
                f.present("env") || f.present("file"));
    }
}
