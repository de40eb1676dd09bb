package dev.marmita.runner.inference;

import dev.marmita.runner.batching.BatchCall;
import dev.marmita.runner.http.Endpoint;
import dev.marmita.runner.http.Endpoint.Sharing;
import dev.marmita.runner.http.Reply;
import dev.marmita.runner.onnx.OnnxModel;
import java.time.Duration;
import java.util.List;

/** Calls of one model can share its runs, by whatever protocol they came. */
public record ModelSharing(OnnxModel model) implements Sharing {

    /** A call of the model among others. */
    public record Part(InferPart<Reply> call) implements Endpoint.Part {

        @Override
        public void run() {
            call.run();
        }

        @Override
        public Reply reply() {
            return call.answer();
        }

        @Override
        public void close() {
            call.close();
        }
    }

    @Override
    public int room() {
        return model.room();
    }

    @Override
    public Duration patience() {
        return model.patience();
    }

    @Override
    public void run(List<Endpoint.Part> parts) {
        List<BatchCall> calls = parts.stream().map(part -> ((Part) part).call().call()).toList();
        model.runAll(calls);
    }
}
