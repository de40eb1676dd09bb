package dev.marmita.runner.grpc;

import dev.marmita.runner.http.Phase;
import dev.marmita.runner.http.RefusedException;
import dev.marmita.runner.inference.ModelRepository;
import dev.marmita.runner.inference.ServedModels;
import dev.marmita.runner.inference.Statistics;
import dev.marmita.runner.onnx.OnnxModel;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** The methods that tell of models. Thread-safe. */
final class ModelMethods {

    private final AtomicReference<Phase> phase;
    private final Supplier<ServedModels> models;
    private final ModelRepository repository;
    private final Statistics statistics;

    ModelMethods(
            AtomicReference<Phase> phase,
            Supplier<ServedModels> models,
            ModelRepository repository,
            Statistics statistics) {
        this.phase = phase;
        this.models = models;
        this.repository = repository;
        this.statistics = statistics;
    }

    /** {@code name} in field 1 and {@code version} in field 2, as most requests have them. */
    private record Asked(String name, String version) {

        static Asked read(ByteBuf in) {
            String name = "";
            String version = "";
            ProtoReader reader = new ProtoReader(in);
            for (int field = reader.next(); field != 0; field = reader.next()) {
                switch (field) {
                    case 1 -> name = reader.string();
                    case 2 -> version = reader.string();
                    default -> reader.skip();
                }
            }
            return new Asked(name, version);
        }
    }

    private ServedModels served() {
        if (phase.get() == Phase.STARTING) {
            throw RefusedException.unprocessed("the service is starting");
        }
        return models.get();
    }

    private OnnxModel loaded(ByteBuf in) {
        Asked asked = Asked.read(in);
        OnnxModel model = served().find(asked.name(), asked.version());
        ServedModels.requireLoaded(model);
        return model;
    }

    void ready(ByteBuf in, ProtoWriter out) {
        Asked asked = Asked.read(in);
        OnnxModel model = served().find(asked.name(), asked.version());
        out.bool(1, phase.get() == Phase.READY && model.loaded());
    }

    void metadata(ByteBuf in, ProtoWriter out) {
        OnnxModel model = loaded(in);
        ModelMessages.metadata(model, served().versions(model), out);
    }

    void config(ByteBuf in, ProtoWriter out) {
        OnnxModel model = loaded(in);
        ModelMessages.config(model, served().numericVersions(model), out);
    }

    void statistics(ByteBuf in, ProtoWriter out) {
        Asked asked = Asked.read(in);
        var of =
                asked.name().isEmpty()
                        ? served().all()
                        : served().versionsOf(asked.name(), asked.version());
        for (OnnxModel model : of) {
            out.message(
                    1,
                    one -> ModelMessages.statistics(model, statistics.of(model).snapshot(), one));
        }
    }

    /** {@code repository_name} in field 1, {@code ready} in field 2. */
    void index(ByteBuf in, ProtoWriter out) {
        boolean readyOnly = false;
        ProtoReader reader = new ProtoReader(in);
        for (int field = reader.next(); field != 0; field = reader.next()) {
            if (field == 2) {
                readyOnly = reader.bool();
            } else {
                reader.skip();
            }
        }
        served();
        for (ModelRepository.Entry entry : repository.index(readyOnly)) {
            out.message(
                    1,
                    one ->
                            one.string(1, entry.name())
                                    .string(2, entry.version())
                                    .string(3, entry.state().name())
                                    .string(4, entry.reason()));
        }
    }
}
