package dev.marmita.registry.onnx;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the file says in plain fields, read in one pass with constant memory: ONNX Runtime's Java
 * binding garbles metadata after the first character beyond the BMP, and would follow references to
 * other files. Field numbers are those of onnx.proto.
 */
final class OnnxHeader {

    private static final int MAX_DEPTH = 64;
    private static final int MAX_ENTRIES = 1_024;
    private static final int MAX_KEY = 1_024;
    private static final int MAX_VALUE = 1 << 20;
    private static final int MAX_METADATA = 4 << 20;
    private static final int EXTERNAL = 1;

    private final ProtoReader in;
    private final Map<String, Long> opsets = new TreeMap<>();
    private final Map<String, String> metadata = new TreeMap<>();
    private int metadataLength;
    private long irVersion;
    private String producerName = "";
    private String producerVersion = "";
    private boolean hasGraph;

    private OnnxHeader(ProtoReader in) {
        this.in = in;
    }

    /**
     * @throws InvalidModelException for what is no ONNX model or refers to other files
     */
    static OnnxHeader read(Path file) throws IOException, InvalidModelException {
        try (InputStream in = Files.newInputStream(file)) {
            OnnxHeader header = new OnnxHeader(new ProtoReader(in, Files.size(file)));
            header.model();
            return header;
        }
    }

    Map<String, Long> opsets() {
        return opsets;
    }

    Map<String, String> metadata() {
        return metadata;
    }

    long irVersion() {
        return irVersion;
    }

    String producer() {
        return (producerName + " " + producerVersion).strip();
    }

    private void model() throws IOException, InvalidModelException {
        long end = in.size();
        while (in.next(end)) {
            switch (in.field()) {
                case 1 -> irVersion = in.number();
                case 2 -> producerName = in.text(end, MAX_KEY);
                case 3 -> producerVersion = in.text(end, MAX_KEY);
                case 7 -> {
                    hasGraph = true;
                    graph(in.message(end), 0);
                }
                case 8 -> opset(in.message(end));
                case 14 -> metadata(in.message(end));
                case 20 -> training(in.message(end));
                case 25 -> function(in.message(end));
                default -> in.skip(end);
            }
        }
        if (!hasGraph) {
            throw new InvalidModelException("not an ONNX file: it has no graph");
        }
    }

    private void opset(long end) throws IOException, InvalidModelException {
        String domain = "";
        long version = 0;
        while (in.next(end)) {
            switch (in.field()) {
                case 1 -> domain = in.text(end, MAX_KEY);
                case 2 -> version = in.number();
                default -> in.skip(end);
            }
        }
        bounded(opsets.size());
        opsets.put(domain.isEmpty() ? "ai.onnx" : domain, version);
    }

    private void metadata(long end) throws IOException, InvalidModelException {
        String key = "";
        String value = "";
        while (in.next(end)) {
            switch (in.field()) {
                case 1 -> key = in.text(end, MAX_KEY);
                case 2 -> value = in.text(end, MAX_VALUE);
                default -> in.skip(end);
            }
        }
        bounded(metadata.size());
        metadataLength += key.length() + value.length();
        if (metadataLength > MAX_METADATA) {
            throw new InvalidModelException("the model's metadata has more than 4 MiB");
        }
        metadata.put(key, value);
    }

    private static void bounded(int entries) throws InvalidModelException {
        if (entries >= MAX_ENTRIES) {
            throw new InvalidModelException(
                    "the model's header has more than " + MAX_ENTRIES + " entries");
        }
    }

    private void training(long end) throws IOException, InvalidModelException {
        while (in.next(end)) {
            switch (in.field()) {
                case 1, 2 -> graph(in.message(end), 0);
                default -> in.skip(end);
            }
        }
    }

    private void function(long end) throws IOException, InvalidModelException {
        while (in.next(end)) {
            switch (in.field()) {
                case 7 -> node(in.message(end), 0);
                case 11 -> attribute(in.message(end), 0);
                default -> in.skip(end);
            }
        }
    }

    private void graph(long end, int depth) throws IOException, InvalidModelException {
        if (depth > MAX_DEPTH) {
            throw new InvalidModelException(
                    "graphs are nested more than " + MAX_DEPTH + " levels deep");
        }
        while (in.next(end)) {
            switch (in.field()) {
                case 1 -> node(in.message(end), depth);
                case 5 -> tensor(in.message(end));
                case 15 -> sparseTensor(in.message(end));
                default -> in.skip(end);
            }
        }
    }

    private void node(long end, int depth) throws IOException, InvalidModelException {
        while (in.next(end)) {
            switch (in.field()) {
                case 5 -> attribute(in.message(end), depth);
                default -> in.skip(end);
            }
        }
    }

    private void attribute(long end, int depth) throws IOException, InvalidModelException {
        while (in.next(end)) {
            switch (in.field()) {
                case 5, 10 -> tensor(in.message(end));
                case 6, 11 -> graph(in.message(end), depth + 1);
                case 22, 23 -> sparseTensor(in.message(end));
                default -> in.skip(end);
            }
        }
    }

    private void sparseTensor(long end) throws IOException, InvalidModelException {
        while (in.next(end)) {
            switch (in.field()) {
                case 1, 2 -> tensor(in.message(end));
                default -> in.skip(end);
            }
        }
    }

    private void tensor(long end) throws IOException, InvalidModelException {
        while (in.next(end)) {
            switch (in.field()) {
                case 13 -> throw external();
                case 14 -> {
                    if (in.number() == EXTERNAL) {
                        throw external();
                    }
                }
                default -> in.skip(end);
            }
        }
    }

    private static InvalidModelException external() {
        return new InvalidModelException(
                "the model keeps weights in another file (external data); single-file models only:"
                        + " save it with its weights inside");
    }
}
