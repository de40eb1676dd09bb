package dev.marmita.registry.onnx;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The process that opens a pushed model: {@code java … InspectorMain FILE}. Writes one line of JSON,
 * the description or {@code {"error": …}}, to standard output and exits with 0; anything else means
 * that the model brought the process down. Ends when standard input does, that is with its parent.
 */
public final class InspectorMain {

    /** The process could not do its work, whatever the model. */
    static final int NOT_THE_MODELS_FAULT = 70;

    private InspectorMain() {}

    public static void main(String[] args) {
        endWithParent();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
        try {
            out.println(JsonText.of(description(Path.of(args[0]))));
        } catch (InvalidModelException invalid) {
            out.println(JsonText.of(Map.of("error", String.valueOf(invalid.getMessage()))));
        } catch (IOException | LinkageError notTheModel) {
            System.err.println(notTheModel);
            Runtime.getRuntime().halt(NOT_THE_MODELS_FAULT);
        }
        // Nothing to tidy up: a hostile model shall not get a say in how the runtime is taken down.
        Runtime.getRuntime().halt(0);
    }

    private static void endWithParent() {
        Thread.ofPlatform()
                .daemon()
                .name("parent-watch")
                .start(
                        () -> {
                            try {
                                while (System.in.read() >= 0) {
                                    // nobody writes
                                }
                            } catch (IOException closed) {
                                // as good as its end
                            }
                            Runtime.getRuntime().halt(1);
                        });
    }

    private static Map<String, Object> description(Path file)
            throws IOException, InvalidModelException {
        OnnxHeader header = OnnxHeader.read(file);
        Map<String, Object> description = new LinkedHashMap<>();
        try (OrtEnvironment environment =
                        OrtEnvironment.getEnvironment(
                                OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "inspector");
                OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            // No optimisation: it would run constant parts of the graph.
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.NO_OPT);
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setCPUArenaAllocator(false);
            options.setMemoryPatternOptimization(false);
            options.addConfigEntry("session.disable_prepacking", "1");
            try (OrtSession session = environment.createSession(file.toString(), options)) {
                description.put("inputs", ports(session.getInputInfo().values()));
                description.put("outputs", ports(session.getOutputInfo().values()));
            }
        } catch (OrtException refused) {
            throw new InvalidModelException(
                    "ONNX Runtime does not open it: " + oneLine(refused, file));
        }
        description.put("opsets", header.opsets());
        description.put("irVersion", header.irVersion());
        description.put("producer", header.producer());
        description.put("metadata", header.metadata());
        return description;
    }

    private static List<Map<String, Object>> ports(Collection<NodeInfo> nodes) {
        return nodes.stream().map(InspectorMain::port).toList();
    }

    private static Map<String, Object> port(NodeInfo node) {
        Map<String, Object> port = new LinkedHashMap<>();
        port.put("name", node.getName());
        switch (node.getInfo()) {
            case TensorInfo tensor -> {
                port.put("datatype", datatype(tensor));
                port.put("shape", Arrays.stream(tensor.getShape()).boxed().toList());
            }
            case SequenceInfo _ -> {
                port.put("datatype", "SEQUENCE");
                port.put("shape", List.of());
            }
            case MapInfo _ -> {
                port.put("datatype", "MAP");
                port.put("shape", List.of());
            }
            default -> {
                port.put("datatype", "UNKNOWN");
                port.put("shape", List.of());
            }
        }
        return port;
    }

    private static String datatype(TensorInfo tensor) {
        return switch (tensor.onnxType) {
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> "FP32";
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> "FP64";
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> "FP16";
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> "BF16";
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> "UINT8";
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16 -> "UINT16";
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32 -> "UINT32";
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64 -> "UINT64";
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> "INT8";
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> "INT16";
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> "INT32";
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> "INT64";
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> "BOOL";
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> "BYTES";
            default -> "UNKNOWN";
        };
    }

    /** Without the folder, which is the platform's business. */
    private static String oneLine(OrtException refused, Path file) {
        String message =
                String.valueOf(refused.getMessage())
                        .replace(file.toString(), "model.onnx")
                        .replaceAll("\\s+", " ");
        return message.length() <= 1_000 ? message : message.substring(0, 1_000) + "…";
    }
}
