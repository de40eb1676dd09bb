package dev.marmita.runner.onnx;

import dev.marmita.service.BadInputException;
import dev.marmita.service.Signature;
import dev.marmita.service.Tensor;
import java.util.List;
import java.util.Map;

/** Compares inputs with a signature before they reach native code. */
final class SignatureCheck {

    private SignatureCheck() {}

    /**
     * @throws BadInputException naming the input at fault
     */
    static void check(Signature signature, Map<String, Tensor> inputs) {
        for (Signature.Port port : signature.inputs()) {
            Tensor tensor = inputs.get(port.name());
            if (tensor == null) {
                throw new BadInputException(port.name(), "input '" + port.name() + "' is missing");
            }
            check(port, tensor);
        }
        if (inputs.size() > signature.inputs().size()) {
            for (String name : inputs.keySet()) {
                if (signature.input(name).isEmpty()) {
                    throw new BadInputException(name, "the model has no input '" + name + "'");
                }
            }
        }
    }

    private static void check(Signature.Port port, Tensor tensor) {
        if (tensor.kind() != port.kind()) {
            throw new BadInputException(
                    port.name(),
                    "input '"
                            + port.name()
                            + "' takes datatype "
                            + port.kind()
                            + ", not "
                            + tensor.kind());
        }
        // ONNX Runtime tells a tensor of unknown rank by an empty shape: it checks those itself.
        if (!port.shape().isEmpty() && !fits(port.shape(), tensor.shape())) {
            throw new BadInputException(
                    port.name(),
                    "input '"
                            + port.name()
                            + "' takes shape "
                            + port.shape()
                            + ", not "
                            + List.of(boxed(tensor.shape())));
        }
    }

    private static boolean fits(List<Long> wanted, long[] given) {
        if (wanted.size() != given.length) {
            return false;
        }
        for (int i = 0; i < given.length; i++) {
            long dimension = wanted.get(i);
            if (dimension >= 0 && dimension != given[i]) {
                return false;
            }
        }
        return true;
    }

    private static Long[] boxed(long[] shape) {
        Long[] boxed = new Long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            boxed[i] = shape[i];
        }
        return boxed;
    }
}
