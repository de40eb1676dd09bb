package dev.marmita.runner.inference;

import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.service.BadInputException;
import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A call of a model, decoded. Holds the memory of its tensors until it is closed; not thread-safe. */
public final class InferCall implements AutoCloseable {

    /**
     * An output that the caller asks for.
     *
     * @param binary whether as raw bytes
     */
    public record Wanted(String name, boolean binary) {}

    private final OnnxModel model;
    private final CallParameters parameters = new CallParameters();
    private String id = "";
    private final Map<String, Tensor> inputs = new LinkedHashMap<>();
    private final List<Wanted> outputs = new ArrayList<>();
    private final List<ByteBuf> memory = new ArrayList<>();
    private boolean binaryByDefault;

    public InferCall(OnnxModel model) {
        this.model = model;
    }

    public OnnxModel model() {
        return model;
    }

    public CallParameters parameters() {
        return parameters;
    }

    public String id() {
        return id;
    }

    public void id(String value) {
        this.id = value;
    }

    Map<String, Tensor> inputs() {
        return inputs;
    }

    public void input(String name, Tensor tensor) {
        if (inputs.put(name, tensor) != null) {
            throw new BadInputException(name, "input '" + name + "' is given twice");
        }
    }

    /** Keeps memory until the call is closed. */
    public ByteBuf hold(ByteBuf buffer) {
        memory.add(buffer);
        return buffer;
    }

    /** Outputs in the caller's order; none: all of the model's. */
    List<Wanted> outputs() {
        return outputs;
    }

    public void output(Wanted wanted) {
        if (outputs.stream().anyMatch(other -> other.name().equals(wanted.name()))) {
            throw new BadInputException(
                    wanted.name(), "output '" + wanted.name() + "' is asked for twice");
        }
        outputs.add(wanted);
    }

    /** Whether outputs go as raw bytes where nothing else is said. */
    boolean binaryByDefault() {
        return binaryByDefault;
    }

    void binaryByDefault(boolean value) {
        this.binaryByDefault = value;
    }

    @Override
    public void close() {
        memory.forEach(ByteBuf::release);
        memory.clear();
    }
}
