package dev.marmita.scheduler;

import dev.marmita.scheduler.spec.Bundle.Artifact;
import dev.marmita.scheduler.spec.SpecJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** Compares revisions field by field. */
final class RevisionDiff {

    private RevisionDiff() {}

    static List<Revision.Change> between(Revision from, Revision to) {
        SortedMap<String, String> before = fields(from);
        SortedMap<String, String> after = fields(to);
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        List<Revision.Change> changes = new ArrayList<>();
        for (String name : names) {
            String old = before.getOrDefault(name, "");
            String now = after.getOrDefault(name, "");
            if (!old.equals(now)) {
                changes.add(new Revision.Change(name, old, now));
            }
        }
        return changes;
    }

    private static SortedMap<String, String> fields(Revision revision) {
        SortedMap<String, String> fields = new TreeMap<>();
        flatten("", SpecJson.tree(revision.spec()), fields);
        fields.put("resolved.service", text(revision.bundle().service()));
        revision.bundle()
                .models()
                .forEach((slot, model) -> fields.put("resolved.models." + slot, text(model)));
        revision.bundle()
                .secrets()
                .forEach(
                        (name, version) ->
                                fields.put("resolved.secrets." + name, "version " + version));
        return fields;
    }

    private static void flatten(String path, Map<?, ?> tree, SortedMap<String, String> into) {
        tree.forEach(
                (key, value) -> {
                    String name = path.isEmpty() ? String.valueOf(key) : path + "." + key;
                    if (value instanceof Map<?, ?> nested) {
                        flatten(name, nested, into);
                    } else {
                        into.put(name, String.valueOf(value));
                    }
                });
    }

    private static String text(Artifact artifact) {
        return artifact.name() + "@" + artifact.version() + " " + artifact.digest();
    }
}
