package dev.marmita.runner.inference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the server tells about itself. */
public record ServerInfo(String name, String version, List<String> extensions) {

    public static final String PLATFORM = "onnx_onnxv1";

    public ServerInfo {
        extensions = List.copyOf(extensions);
    }

    /** This server. */
    public static ServerInfo current() {
        String version = ServerInfo.class.getPackage().getImplementationVersion();
        return new ServerInfo(
                "marmita", version == null ? "dev" : version, List.of("binary_tensor_data"));
    }

    Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", name);
        document.put("version", version);
        document.put("extensions", extensions);
        return document;
    }
}
