package dev.marmita.runner.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Signature;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Reads a session's signature. */
final class Signatures {

    private Signatures() {}

    /**
     * Outputs that are no tensors (scikit-learn's maps of probabilities) are left out.
     *
     * @throws ModelInvalidException where an input is no tensor, or no output is one
     */
    static Signature read(ModelSource source, OrtSession session)
            throws OrtException, ModelInvalidException {
        Collection<NodeInfo> inputs = session.getInputInfo().values();
        List<Signature.Port> inputPorts = ports(inputs);
        if (inputPorts.size() < inputs.size()) {
            throw new ModelInvalidException(
                    "model " + source + " takes an input that is not a tensor of a known type");
        }
        List<Signature.Port> outputPorts = ports(session.getOutputInfo().values());
        if (outputPorts.isEmpty()) {
            throw new ModelInvalidException("model " + source + " gives no tensor");
        }
        return new Signature(inputPorts, outputPorts);
    }

    private static List<Signature.Port> ports(Collection<NodeInfo> nodes) {
        List<Signature.Port> ports = new ArrayList<>();
        for (NodeInfo node : nodes) {
            if (node.getInfo() instanceof TensorInfo info) {
                Optional<ElementKind> kind = ElementTypes.fromOnnx(info.onnxType);
                kind.ifPresent(
                        known -> ports.add(new Signature.Port(node.getName(), known, shape(info))));
            }
        }
        return ports;
    }

    private static List<Long> shape(TensorInfo info) {
        List<Long> shape = new ArrayList<>();
        for (long dimension : info.getShape()) {
            shape.add(dimension);
        }
        return shape;
    }
}
