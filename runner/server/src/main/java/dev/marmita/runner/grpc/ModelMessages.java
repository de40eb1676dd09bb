package dev.marmita.runner.grpc;

import dev.marmita.runner.inference.ConfigType;
import dev.marmita.runner.inference.ModelStatistics.OfBatchSize;
import dev.marmita.runner.inference.ModelStatistics.Snapshot;
import dev.marmita.runner.inference.ModelStatistics.Total;
import dev.marmita.runner.inference.ServerInfo;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.service.Signature;
import java.util.List;

/** What is told of a model over gRPC: the fields of open_inference.proto. */
final class ModelMessages {

    private static final Total NONE = new Total(0, 0);

    private ModelMessages() {}

    /** {@code ModelMetadataResponse}. */
    static void metadata(OnnxModel model, List<String> versions, ProtoWriter out) {
        out.string(1, model.name());
        versions.forEach(version -> out.element(2, version));
        out.string(3, ServerInfo.PLATFORM);
        ports(4, model.signature().inputs(), out);
        ports(5, model.signature().outputs(), out);
        model.metadata()
                .forEach(
                        (key, value) -> out.message(6, one -> one.string(1, key).string(2, value)));
    }

    private static void ports(int field, List<Signature.Port> ports, ProtoWriter out) {
        for (Signature.Port port : ports) {
            out.message(
                    field,
                    one ->
                            one.string(1, port.name())
                                    .string(2, port.kind().name())
                                    .packed(3, shape(port)));
        }
    }

    private static long[] shape(Signature.Port port) {
        return port.shape().stream().mapToLong(Long::longValue).toArray();
    }

    /** {@code ModelConfigResponse}. */
    static void config(OnnxModel model, long[] versions, ProtoWriter out) {
        out.message(
                1,
                config -> {
                    config.string(1, model.name()).string(2, ServerInfo.PLATFORM);
                    config.message(
                            3, policy -> policy.message(3, some -> some.packed(1, versions)));
                    configPorts(5, 4, model.signature().inputs(), config);
                    configPorts(6, 3, model.signature().outputs(), config);
                    config.string(17, ServerInfo.BACKEND);
                });
    }

    private static void configPorts(
            int field, int dimensions, List<Signature.Port> ports, ProtoWriter out) {
        for (Signature.Port port : ports) {
            out.message(
                    field,
                    one ->
                            one.string(1, port.name())
                                    .number(2, ConfigType.of(port.kind()).number())
                                    .packed(dimensions, shape(port)));
        }
    }

    /** One {@code ModelStatistics}. */
    static void statistics(OnnxModel model, Snapshot now, ProtoWriter out) {
        out.string(1, model.name()).string(2, model.version());
        out.number(3, now.lastInference());
        out.number(4, now.inferences());
        out.number(5, now.executions());
        out.message(
                6,
                all -> {
                    total(1, now.success(), all);
                    total(2, now.fail(), all);
                    total(3, now.queue(), all);
                    total(4, now.input(), all);
                    total(5, now.infer(), all);
                    total(6, now.output(), all);
                    total(7, NONE, all);
                    total(8, NONE, all);
                });
        for (OfBatchSize batch : now.batches()) {
            out.message(
                    7,
                    one -> {
                        one.number(1, batch.size());
                        total(2, batch.input(), one);
                        total(3, batch.infer(), one);
                        total(4, batch.output(), one);
                    });
        }
    }

    private static void total(int field, Total total, ProtoWriter out) {
        out.message(field, one -> one.number(1, total.count()).number(2, total.nanos()));
    }
}
