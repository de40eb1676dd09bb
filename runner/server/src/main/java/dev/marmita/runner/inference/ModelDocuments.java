package dev.marmita.runner.inference;

import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.service.Signature;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is told of a model over REST. */
final class ModelDocuments {

    private ModelDocuments() {}

    static Map<String, Object> metadata(OnnxModel model, List<String> versions) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", model.name());
        document.put("versions", versions);
        document.put("platform", ServerInfo.PLATFORM);
        document.put("inputs", ports(model.signature().inputs()));
        document.put("outputs", ports(model.signature().outputs()));
        if (!model.metadata().isEmpty()) {
            document.put("properties", model.metadata());
        }
        return document;
    }

    private static List<Map<String, Object>> ports(List<Signature.Port> ports) {
        return ports.stream()
                .map(
                        port -> {
                            Map<String, Object> tensor = new LinkedHashMap<>();
                            tensor.put("name", port.name());
                            tensor.put("datatype", port.kind().name());
                            tensor.put("shape", port.shape());
                            return tensor;
                        })
                .toList();
    }

    /**
     * In the form of Triton's model configuration. {@code max_batch_size} is 0 there for a model whose
     * {@code dims} are its whole shapes, as they are here; the server may batch all the same.
     */
    static Map<String, Object> config(OnnxModel model, long[] versions) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", model.name());
        document.put("platform", ServerInfo.PLATFORM);
        document.put("backend", ServerInfo.BACKEND);
        document.put(
                "version_policy",
                Map.of("specific", Map.of("versions", Arrays.stream(versions).boxed().toList())));
        document.put("max_batch_size", 0);
        document.put("input", configPorts(model.signature().inputs()));
        document.put("output", configPorts(model.signature().outputs()));
        document.put("model_transaction_policy", Map.of("decoupled", false));
        return document;
    }

    private static List<Map<String, Object>> configPorts(List<Signature.Port> ports) {
        return ports.stream()
                .map(
                        port -> {
                            Map<String, Object> tensor = new LinkedHashMap<>();
                            tensor.put("name", port.name());
                            tensor.put("data_type", ConfigType.of(port.kind()).name());
                            tensor.put("dims", port.shape());
                            return tensor;
                        })
                .toList();
    }
}
