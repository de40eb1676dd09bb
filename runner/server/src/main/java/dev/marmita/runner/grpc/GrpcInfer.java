package dev.marmita.runner.grpc;

import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.inference.InferCall;
import dev.marmita.runner.inference.Inference;
import dev.marmita.runner.inference.RawTensors;
import dev.marmita.runner.inference.ServedModels;
import dev.marmita.runner.inference.TensorShapes;
import dev.marmita.runner.onnx.OnnxModel;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.BadInputException;
import dev.marmita.service.ElementKind;
import dev.marmita.service.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

/** Answers {@code ModelInfer}. */
final class GrpcInfer implements Endpoint.Work {

    private final Supplier<ServedModels> models;
    private final Frames frames;
    private final ByteBufAllocator allocator;

    GrpcInfer(Supplier<ServedModels> models, Frames frames, ByteBufAllocator allocator) {
        this.models = models;
        this.frames = frames;
        this.allocator = allocator;
    }

    /** {@code InferInputTensor}, its contents not yet read. */
    private static final class Input {
        private String name = "";
        private String datatype = "";
        private long[] shape = {};
        private ByteBuf contents = Unpooled.EMPTY_BUFFER;
        private boolean hasContents;
    }

    /** {@code ModelInferRequest}, its tensors not yet read. */
    private static final class Message {
        private String model = "";
        private String version = "";
        private String id = "";
        private final List<Input> inputs = new ArrayList<>();
        private final List<String> outputs = new ArrayList<>();
        private final List<ByteBuf> raw = new ArrayList<>();
    }

    @Override
    public Reply answer(RequestScope scope, HttpServerRequest request, ByteBuf body) {
        long start = System.nanoTime();
        ByteBuf bytes = frames.only(body, request.getHeader("grpc-encoding"));
        try (InferCall call = new InferCall()) {
            call.hold(bytes);
            Message message = message(new ProtoReader(bytes));
            OnnxModel model = models.get().find(message.model, message.version);
            fill(call, message);
            long decoded = System.nanoTime();
            scope.stage("decode", decoded - start);
            try (Inference.Outcome outcome = Inference.run(model, call)) {
                long ran = System.nanoTime();
                boolean typed = message.raw.isEmpty() && !message.inputs.isEmpty();
                Reply reply = Frames.reply(frame(outcome, message.id, typed));
                scope.stage("encode", System.nanoTime() - ran);
                return reply;
            }
        }
    }

    private static Message message(ProtoReader reader) {
        Message message = new Message();
        for (int field = reader.next(); field != 0; field = reader.next()) {
            switch (field) {
                case 1 -> message.model = reader.string();
                case 2 -> message.version = reader.string();
                case 3 -> message.id = reader.string();
                case 5 -> message.inputs.add(input(reader.message()));
                case 6 -> message.outputs.add(output(reader.message()));
                case 7 -> message.raw.add(reader.slice());
                default -> reader.skip();
            }
        }
        return message;
    }

    private static Input input(ProtoReader reader) {
        Input input = new Input();
        for (int field = reader.next(); field != 0; field = reader.next()) {
            switch (field) {
                case 1 -> input.name = reader.string();
                case 2 -> input.datatype = reader.string();
                case 3 -> input.shape = shape(input.shape, reader);
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
            if (field == 1) {
                name = reader.string();
            } else {
                reader.skip();
            }
        }
        return name;
    }

    private void fill(InferCall call, Message message) {
        boolean raw = !message.raw.isEmpty();
        if (raw && message.raw.size() != message.inputs.size()) {
            throw new BadInputException(
                    "raw_input_contents",
                    "there are "
                            + message.raw.size()
                            + " raw_input_contents for "
                            + message.inputs.size()
                            + " inputs");
        }
        for (int i = 0; i < message.inputs.size(); i++) {
            Input input = message.inputs.get(i);
            if (raw && input.hasContents) {
                throw new BadInputException(
                        input.name,
                        "input '" + input.name + "' has contents beside raw_input_contents");
            }
            ElementKind kind = TensorShapes.kind(input.name, input.datatype);
            Tensor tensor =
                    raw
                            ? RawTensors.read(input.name, kind, input.shape, message.raw.get(i))
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
        for (String output : message.outputs) {
            call.output(new InferCall.Wanted(output, true));
        }
    }

    /** Outputs go as inputs came; those that only raw contents can carry make all raw. */
    private ByteBuf frame(Inference.Outcome outcome, String id, boolean asked) {
        List<Tensor> tensors = outcome.tensors();
        boolean typed =
                asked && tensors.stream().allMatch(tensor -> Contents.canHold(tensor.kind()));
        int capacity = 512;
        for (Tensor tensor : tensors) {
            capacity = Math.addExact(capacity, 128 + RawTensors.size(tensor));
        }
        return frames.frame(
                capacity,
                to -> {
                    to.string(1, outcome.model().name());
                    to.string(2, outcome.model().version());
                    to.string(3, id);
                    for (int i = 0; i < tensors.size(); i++) {
                        String name = outcome.outputs().get(i).name();
                        Tensor tensor = tensors.get(i);
                        to.message(5, inner -> output(name, tensor, typed, inner));
                    }
                    if (!typed) {
                        for (Tensor tensor : tensors) {
                            to.tag(6, ProtoReader.BYTES).varint(RawTensors.size(tensor));
                            RawTensors.write(tensor, to.buffer());
                        }
                    }
                });
    }

    private static void output(String name, Tensor tensor, boolean typed, ProtoWriter to) {
        to.string(1, name).string(2, tensor.kind().name()).packed(3, tensor.shape());
        if (typed) {
            to.message(5, contents -> Contents.write(tensor, contents));
        }
    }
}
