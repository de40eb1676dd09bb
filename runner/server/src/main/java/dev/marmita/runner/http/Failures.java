package dev.marmita.runner.http;

import dev.marmita.runner.binding.Json;
import dev.marmita.runner.binding.JsonWriting;
import dev.marmita.service.BadInputException;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/** Renders failures in a protocol's own form. Thread-safe. */
public interface Failures {

    /** A request that is refused. */
    Reply.Whole refused(RefusedException refusal);

    /** A caller's fault. */
    Reply.Whole badInput(BadInputException fault);

    /** A fault of ours, of which the caller learns only the id of the request. */
    default Reply.Whole internal(String requestId) {
        return refused(
                new RefusedException(
                        500, "internal error; the log has it under request " + requestId));
    }

    /** {@code {"error": "…"}}, and for a caller's fault also its field. */
    static Failures json(Json json) {
        return new Failures() {
            @Override
            public Reply.Whole refused(RefusedException refusal) {
                Reply.Whole reply = render(refusal.status(), Map.of("error", refusal.text()));
                for (Map.Entry<String, String> header : refusal.headers().entrySet()) {
                    reply = reply.with(header.getKey(), header.getValue());
                }
                return reply;
            }

            @Override
            public Reply.Whole badInput(BadInputException fault) {
                String message = String.valueOf(fault.getMessage());
                Map<String, Object> detail = new LinkedHashMap<>();
                fault.field().ifPresent(field -> detail.put("field", field));
                detail.put("message", message);
                Map<String, Object> body = new LinkedHashMap<>();
                body.put("error", message);
                body.put("detail", detail);
                return render(400, body);
            }

            private Reply.Whole render(int status, Map<String, ?> body) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                try (var generator = json.generator(bytes)) {
                    JsonWriting.anything(generator, body);
                }
                return Reply.of(
                        status, "application/json", Unpooled.wrappedBuffer(bytes.toByteArray()));
            }
        };
    }
}
