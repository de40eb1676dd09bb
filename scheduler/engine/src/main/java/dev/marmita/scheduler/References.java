package dev.marmita.scheduler;

import dev.marmita.routing.TenantId;
import dev.marmita.scheduler.BundleResolver.ServiceVersion;
import dev.marmita.scheduler.compute.SecretSource;
import dev.marmita.scheduler.spec.ArtifactRef;
import dev.marmita.scheduler.spec.Bundle;
import dev.marmita.scheduler.spec.Bundle.Artifact;
import dev.marmita.scheduler.spec.DeploymentSpec;
import dev.marmita.scheduler.spec.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds what a specification's references mean, and checks that every slot gets its model. */
final class References {

    /** What they mean, or why they mean nothing. */
    sealed interface Resolution {
        record Resolved(Bundle bundle) implements Resolution {}

        record Unresolved(List<FieldError> errors) implements Resolution {}
    }

    private final BundleResolver resolver;
    private final SecretSource secrets;

    References(Ports ports) {
        this.resolver = ports.resolver();
        this.secrets = ports.secrets();
    }

    Resolution resolve(TenantId tenant, DeploymentSpec spec) {
        return switch (artifacts(tenant, spec)) {
            case Resolution.Resolved resolved -> withSecrets(tenant, spec, resolved.bundle());
            case Resolution.Unresolved unresolved -> unresolved;
        };
    }

    /** The same artifacts with the versions that the secrets have now. */
    Resolution withSecrets(TenantId tenant, DeploymentSpec spec, Bundle bundle) {
        List<FieldError> errors = new ArrayList<>();
        SortedMap<String, Long> versions = new TreeMap<>();
        for (String name : spec.secrets().keySet()) {
            OptionalLong version = secrets.newest(tenant, name);
            if (version.isPresent()) {
                versions.put(name, version.getAsLong());
            } else {
                errors.add(
                        new FieldError(
                                "secrets." + name,
                                "the tenant has no secret '" + name + "'; make it first"));
            }
        }
        return errors.isEmpty()
                ? new Resolution.Resolved(bundle.with(versions))
                : new Resolution.Unresolved(errors);
    }

    /** Without the secrets. */
    Resolution artifacts(TenantId tenant, DeploymentSpec spec) {
        Optional<ServiceVersion> service = resolver.service(tenant, spec.service());
        if (service.isEmpty()) {
            return new Resolution.Unresolved(
                    List.of(missing("service", "service", spec.service())));
        }
        List<FieldError> errors = new ArrayList<>();
        Map<String, Boolean> slots = new TreeMap<>(service.get().slots());
        slots.forEach(
                (slot, required) -> {
                    if (required && !spec.models().containsKey(slot)) {
                        errors.add(
                                new FieldError(
                                        "models." + slot,
                                        "is required: the service "
                                                + spec.service()
                                                + " has this slot for a model"));
                    }
                });
        SortedMap<String, Artifact> models = new TreeMap<>();
        spec.models()
                .forEach(
                        (slot, ref) -> {
                            if (!slots.containsKey(slot)) {
                                errors.add(new FieldError("models." + slot, unknown(spec, slots)));
                                return;
                            }
                            resolver.model(tenant, ref)
                                    .ifPresentOrElse(
                                            model -> models.put(slot, model),
                                            () ->
                                                    errors.add(
                                                            missing(
                                                                    "models." + slot,
                                                                    "model",
                                                                    ref)));
                        });
        return errors.isEmpty()
                ? new Resolution.Resolved(new Bundle(service.get().artifact(), models))
                : new Resolution.Unresolved(errors);
    }

    private static String unknown(DeploymentSpec spec, Map<String, Boolean> slots) {
        return "the service "
                + spec.service()
                + " has no such slot; "
                + (slots.isEmpty() ? "it has none" : "it has " + String.join(", ", slots.keySet()));
    }

    private static FieldError missing(String field, String kind, ArtifactRef ref) {
        return new FieldError(field, "there is no " + kind + " " + ref);
    }
}
