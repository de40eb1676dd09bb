package dev.marmita.documents.testing;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Model;
import dev.marmita.service.ModelFailedException;
import dev.marmita.service.ModelResult;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model of PP-OCR's Maven artifact, run by ONNX Runtime without the runner. FP32 only. */
public final class OrtModel implements Model, AutoCloseable {

    public static final String DETECTOR = "ch_PP-OCRv4_det_infer";
    public static final String CLASSIFIER = "ch_ppocr_mobile_v2.0_cls_infer";
    public static final String RECOGNISER = "ch_PP-OCRv4_rec_infer";

    private final String name;
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    private OrtModel(String name, byte[] bytes, int threads) throws OrtException {
        this.name = name;
        try (var options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            // As the runner does.
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            session = environment.createSession(bytes, options);
        }
    }

    /**
     * Opens a model of the artifact.
     *
     * @param name file name without its ending
     * @param threads for one run
     */
    public static OrtModel open(String name, int threads) {
        try (InputStream in = OrtModel.class.getResourceAsStream("/models/" + name + ".onnx")) {
            return new OrtModel(name, in.readAllBytes(), threads);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String version() {
        return "1";
    }

    @Override
    public Signature signature() {
        try {
            return new Signature(
                    ports(session.getInputInfo().values()),
                    ports(session.getOutputInfo().values()));
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Map<String, String> metadata() {
        return Map.of();
    }

    @Override
    public ModelResult run(Map<String, Tensor> inputs) {
        Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
        try {
            for (var input : inputs.entrySet()) {
                Tensor tensor = input.getValue();
                tensors.put(
                        input.getKey(),
                        OnnxTensor.createTensor(environment, tensor.floats(), tensor.shape()));
            }
            return result(session.run(tensors));
        } catch (OrtException e) {
            throw new ModelFailedException(e.getMessage(), e);
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ModelResult result(OrtSession.Result result) {
        Map<String, Tensor> outputs = new LinkedHashMap<>();
        result.forEach(
                output -> {
                    OnnxTensor tensor = (OnnxTensor) output.getValue();
                    outputs.put(
                            output.getKey(),
                            Tensor.of(
                                    ElementKind.FP32,
                                    tensor.getByteBuffer(),
                                    tensor.getInfo().getShape()));
                });
        return new ModelResult() {
            @Override
            public Map<String, Tensor> outputs() {
                return outputs;
            }

            @Override
            public void close() {
                result.close();
            }
        };
    }

    private static List<Signature.Port> ports(Collection<NodeInfo> nodes) {
        return nodes.stream()
                .map(
                        node ->
                                new Signature.Port(
                                        node.getName(),
                                        ElementKind.FP32,
                                        Arrays.stream(((TensorInfo) node.getInfo()).getShape())
                                                .boxed()
                                                .toList()))
                .toList();
    }
}
