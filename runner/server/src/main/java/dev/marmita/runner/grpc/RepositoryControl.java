package dev.marmita.runner.grpc;

import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.inference.ModelRepository;
import dev.marmita.runner.work.RequestScope;
import dev.marmita.service.BadInputException;
import io.netty.buffer.ByteBuf;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.Consumer;

/**
 * Answers {@code RepositoryModelLoad} or {@code RepositoryModelUnload}. Triton's request has the model's
 * name in field 2, KServe's in field 1; Triton's clients ignore the fields of KServe's answer.
 */
final class RepositoryControl implements Endpoint.Work {

    private final Consumer<String> action;
    private final Frames frames;

    RepositoryControl(Consumer<String> action, Frames frames) {
        this.action = action;
        this.frames = frames;
    }

    @Override
    public Reply answer(RequestScope scope, HttpServerRequest request, ByteBuf body) {
        ByteBuf message = frames.only(body, request.getHeader("grpc-encoding"));
        try {
            String name = name(new ProtoReader(message));
            action.accept(name);
            return Frames.reply(frames.frame(64, out -> out.string(1, name).bool(2, true)));
        } finally {
            message.release();
        }
    }

    private static String name(ProtoReader reader) {
        String repository = "";
        String model = "";
        for (int field = reader.next(); field != 0; field = reader.next()) {
            switch (field) {
                case 1 -> repository = reader.string();
                case 2 -> model = reader.string();
                case 3 -> ModelRepository.requirePlain(Parameter.read(reader.message()).name());
                default -> reader.skip();
            }
        }
        String name = model.isEmpty() ? repository : model;
        if (name.isEmpty()) {
            throw new BadInputException("model_name", "the request has no 'model_name'");
        }
        return name;
    }
}
