package dev.marmita.runner.inference;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the server tells about itself; of extensions of the protocol only those that it serves. */
public record ServerInfo(String name, String version, List<String> extensions) {

    public static final String PLATFORM = "onnx_onnxv1";
    public static final String BACKEND = "onnxruntime";

    public ServerInfo {
        extensions = List.copyOf(extensions);
    }

    /**
     * This server.
     *
     * @param repository whether callers may load and unload models
     */
    public static ServerInfo current(boolean repository) {
        String version = ServerInfo.class.getPackage().getImplementationVersion();
        List<String> extensions =
                new ArrayList<>(
                        List.of(
                                "binary_tensor_data",
                                "parameters",
                                "schedule_policy",
                                "statistics",
                                "model_configuration"));
        if (repository) {
            extensions.add("model_repository");
        }
        return new ServerInfo("marmita", version == null ? "dev" : version, extensions);
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", name);
        document.put("version", version);
        document.put("extensions", extensions);
        return document;
    }
}
