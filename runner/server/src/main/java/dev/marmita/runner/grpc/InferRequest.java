package dev.marmita.runner.grpc;

import dev.marmita.runner.inference.CallParameters;
import dev.marmita.runner.inference.InferCall;
import dev.marmita.runner.inference.RawTensors;
import dev.marmita.runner.inference.ServedModels;
import dev.marmita.runner.inference.TensorShapes;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.service.BadInputException;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code ModelInferRequest}: views of a message's bytes, its tensors not yet read. Not thread-safe. */
final class InferRequest {

    private String model = "";
    private String version = "";
    private String id = "";
    private final List<Input> inputs = new ArrayList<>();
    private final List<String> outputs = new ArrayList<>();
    private final List<ByteBuf> raw = new ArrayList<>();
    private final List<ProtoReader> parameters = new ArrayList<>();

    /** {@code InferInputTensor}, its contents not yet read. */
    private static final class Input {
        private String name = "";
        private String datatype = "";
        private long[] shape = {};
        private ByteBuf contents = Unpooled.EMPTY_BUFFER;
        private boolean hasContents;
    }

    private InferRequest() {}

    /**
     * Reads a message.
     *
     * @param message must stay as it is while this is used
     * @throws BadInputException where it is not one
     */
    static InferRequest read(ByteBuf message) {
        InferRequest request = new InferRequest();
        ProtoReader reader = new ProtoReader(message);
        for (int field = reader.next(); field != 0; field = reader.next()) {
            switch (field) {
                case 1 -> request.model = reader.string();
                case 2 -> request.version = reader.string();
                case 3 -> request.id = reader.string();
                case 4 -> request.parameters.add(reader.message());
                case 5 -> request.inputs.add(input(reader.message()));
                case 6 -> request.outputs.add(output(reader.message()));
                case 7 -> request.raw.add(reader.slice());
                default -> reader.skip();
            }
        }
        return request;
    }

    String id() {
        return id;
    }

    /** Whether outputs go in typed fields where that is possible: as the inputs came. */
    boolean typed() {
        return raw.isEmpty() && !inputs.isEmpty();
    }

    private static Input input(ProtoReader reader) {
        Input input = new Input();
        for (int field = reader.next(); field != 0; field = reader.next()) {
            switch (field) {
                case 1 -> input.name = reader.string();
                case 2 -> input.datatype = reader.string();
                case 3 -> input.shape = shape(input.shape, reader);
                case 4 -> CallParameters.requireServed(Parameter.read(reader.message()).name());
                case 5 -> {
                    input.contents = reader.slice();
                    input.hasContents = true;
                }
                default -> reader.skip();
            }
        }
        return input;
    }

    private static long[] shape(long[] before, ProtoReader reader) {
        long[] shape = before;
        if (reader.type() == ProtoReader.VARINT) {
            return appended(shape, reader.varint());
        }
        ProtoReader packed = reader.message();
        while (packed.hasMore()) {
            shape = appended(shape, packed.varint());
        }
        return shape;
    }

    private static long[] appended(long[] shape, long dimension) {
        if (shape.length >= TensorShapes.MAX_RANK) {
            throw new BadInputException("a shape has too many dimensions");
        }
        long[] longer = Arrays.copyOf(shape, shape.length + 1);
        longer[shape.length] = dimension;
        return longer;
    }

    private static String output(ProtoReader reader) {
        String name = "";
        for (int field = reader.next(); field != 0; field = reader.next()) {
            switch (field) {
                case 1 -> name = reader.string();
                case 2 -> CallParameters.requireServed(Parameter.read(reader.message()).name());
                default -> reader.skip();
            }
        }
        return name;
    }

    /**
     * The call that this asks for; the caller closes it.
     *
     * @throws BadInputException where tensors are not well-formed
     * @throws dev.marmita.runner.http.RefusedException 404 where there is no such model
     */
    InferCall call(ServedModels models, ByteBufAllocator allocator) {
        OnnxModel found = models.find(model, version);
        ServedModels.requireLoaded(found);
        InferCall call = new InferCall(found);
        try {
            call.id(id);
            parameters.forEach(one -> Parameter.read(one).giveTo(call.parameters()));
            tensors(call, allocator);
            for (String output : outputs) {
                call.output(new InferCall.Wanted(output, true));
            }
            return call;
        } catch (RuntimeException | Error e) {
            call.close();
            throw e;
        }
    }

    private void tensors(InferCall call, ByteBufAllocator allocator) {
        boolean isRaw = !raw.isEmpty();
        if (isRaw && raw.size() != inputs.size()) {
            throw new BadInputException(
                    "raw_input_contents",
                    "there are "
                            + raw.size()
                            + " raw_input_contents for "
                            + inputs.size()
                            + " inputs");
        }
        for (int i = 0; i < inputs.size(); i++) {
            Input input = inputs.get(i);
            if (isRaw && input.hasContents) {
                throw new BadInputException(
                        input.name,
                        "input '" + input.name + "' has contents beside raw_input_contents");
            }
            ElementKind kind = TensorShapes.kind(input.name, input.datatype);
            Tensor tensor =
                    isRaw
                            ? RawTensors.read(input.name, kind, input.shape, raw.get(i))
                            : Contents.read(
                                    input.name,
                                    kind,
                                    input.shape,
                                    TensorShapes.elements(input.name, kind, input.shape),
                                    input.contents,
                                    call::hold,
                                    allocator);
            call.input(input.name, tensor);
        }
    }
}
