package dev.marmita.runner.grpc;

import dev.marmita.runner.http.Phase;
import dev.marmita.runner.inference.ServedModels;
import dev.marmita.runner.onnx.OnnxModel;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Whose health can be asked for: the server's by the empty name, that of each gRPC service and of the
 * bundle's service by its name, and that of each model by its name or slot. Thread-safe.
 */
final class HealthNames implements Function<String, HealthService.Status> {

    private final Set<String> own;
    private final AtomicReference<Phase> phase;
    private final Supplier<ServedModels> models;
    private final Supplier<Optional<ServiceCalls>> service;

    /**
     * @param own names of services that are there whatever the bundle is
     * @param models asked for once the phase is no longer {@link Phase#STARTING}; so is the service
     */
    HealthNames(
            Set<String> own,
            AtomicReference<Phase> phase,
            Supplier<ServedModels> models,
            Supplier<Optional<ServiceCalls>> service) {
        this.own = Set.copyOf(own);
        this.phase = phase;
        this.models = models;
        this.service = service;
    }

    @Override
    public HealthService.Status apply(String name) {
        Phase now = phase.get();
        if (now == Phase.STARTING) {
            // Who is served here is not known yet; nobody is.
            return HealthService.Status.NOT_SERVING;
        }
        HealthService.Status server =
                now == Phase.READY
                        ? HealthService.Status.SERVING
                        : HealthService.Status.NOT_SERVING;
        boolean service =
                name.isEmpty()
                        || own.contains(name)
                        || this.service.get().filter(calls -> calls.isCalled(name)).isPresent();
        if (service) {
            return server;
        }
        if (!models.get().knows(name)) {
            return HealthService.Status.SERVICE_UNKNOWN;
        }
        boolean loaded = models.get().versionsOf(name, "").stream().anyMatch(OnnxModel::loaded);
        return loaded ? server : HealthService.Status.NOT_SERVING;
    }
}
