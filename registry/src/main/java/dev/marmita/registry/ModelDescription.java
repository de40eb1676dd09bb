package dev.marmita.registry;

import java.util.Map;
import java.util.Objects;

/**
 * What an ONNX file says about itself.
 *
 * @param opsets operator set versions by domain; the default domain is {@code ai.onnx}
 * @param producer the tool that wrote it, with its version where given; may be empty
 * @param metadata the file's {@code metadata_props}
 */
public record ModelDescription(
        Signature signature,
        Map<String, Long> opsets,
        long irVersion,
        String producer,
        Map<String, String> metadata) {

    public ModelDescription {
        Objects.requireNonNull(signature, "signature");
        Objects.requireNonNull(producer, "producer");
        opsets = Map.copyOf(opsets);
        metadata = Map.copyOf(metadata);
    }

    /** Version of the default operator set; 0 where the file has none. */
    public long opset() {
        return opsets.getOrDefault("ai.onnx", 0L);
    }
}
