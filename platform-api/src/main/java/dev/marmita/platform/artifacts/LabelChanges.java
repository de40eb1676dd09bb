package dev.marmita.platform.artifacts;

import dev.marmita.platform.artifacts.ArtifactRequests.MoveLabelRequest;
import dev.marmita.platform.web.ErrorCode;
import dev.marmita.platform.web.ProblemException;
import dev.marmita.registry.Catalog;
import dev.marmita.registry.LabelMove;
import dev.marmita.registry.RegistryException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** Moves labels on a condition – in the body or in {@code If-Match} – or, without one, from wherever they point. */
final class LabelChanges {

    private static final int ATTEMPTS = 10;

    private LabelChanges() {}

    record Target(String name, String label) {}

    static LabelMove move(
            Catalog<?> catalog,
            Target target,
            MoveLabelRequest request,
            OptionalLong ifMatch,
            String actor) {
        JsonNode expected = request.expected();
        if (ifMatch.isPresent()) {
            return precondition(
                    () ->
                            catalog.moveLabel(
                                    target.name(),
                                    target.label(),
                                    request.version(),
                                    OptionalInt.of((int) ifMatch.getAsLong()),
                                    actor));
        }
        if (expected != null) {
            return catalog.moveLabel(
                    target.name(), target.label(), request.version(), number(expected), actor);
        }
        return unconditionally(
                () ->
                        catalog.moveLabel(
                                target.name(),
                                target.label(),
                                request.version(),
                                now(catalog, target),
                                actor));
    }

    static void remove(Catalog<?> catalog, Target target, OptionalLong ifMatch, String actor) {
        if (ifMatch.isPresent()) {
            precondition(
                    () ->
                            catalog.removeLabel(
                                    target.name(),
                                    target.label(),
                                    (int) ifMatch.getAsLong(),
                                    actor));
            return;
        }
        unconditionally(
                () ->
                        catalog.removeLabel(
                                target.name(),
                                target.label(),
                                now(catalog, target)
                                        .orElseThrow(
                                                () ->
                                                        ProblemException.of(
                                                                ErrorCode.NOT_FOUND,
                                                                "There is no label '"
                                                                        + target.label()
                                                                        + "'")),
                                actor));
    }

    private static OptionalInt number(JsonNode expected) {
        if (expected.isNull()) {
            return OptionalInt.empty();
        }
        if (!expected.isInt()) {
            throw ProblemException.field("expected", "must be a version's number or null");
        }
        return OptionalInt.of(expected.intValue());
    }

    private static OptionalInt now(Catalog<?> catalog, Target target) {
        Map<String, Integer> labels = catalog.labels(target.name());
        Integer version = labels.get(target.label());
        return version == null ? OptionalInt.empty() : OptionalInt.of(version);
    }

    @FunctionalInterface
    private interface Change {
        LabelMove apply();
    }

    private static LabelMove precondition(Change change) {
        try {
            return change.apply();
        } catch (RegistryException.LabelConflict conflict) {
            throw ProblemException.of(
                    ErrorCode.PRECONDITION_FAILED, String.valueOf(conflict.getMessage()));
        }
    }

    private static LabelMove unconditionally(Change change) {
        for (int attempt = 1; ; attempt++) {
            try {
                return change.apply();
            } catch (RegistryException.LabelConflict moved) {
                if (attempt == ATTEMPTS) {
                    throw moved;
                }
            }
        }
    }
}
